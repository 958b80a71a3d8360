// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DatanetRegistry} from "../src/DatanetRegistry.sol";
import {IDatanetRegistry} from "../src/interfaces/IDatanetRegistry.sol";
import {DatanetFixture} from "./support/DatanetFixture.sol";
import {Wallet1271} from "./support/Wallet1271.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

contract DatanetRegistryTest is DatanetFixture {
    address private constant STRANGER = address(0xBAD);

    function setUp() public {
        _setUpDatanet();
    }

    function test_createIsDenseAndOpen() public {
        vm.expectEmit(true, true, true, true, address(_registry));
        emit IDatanetRegistry.DatanetCreated(2, STRANGER, keccak256("other"));
        vm.prank(STRANGER);
        vm.assertEq(_registry.create(keccak256("other")), 2);
        vm.assertEq(_registry.datanetCount(), 2);
        IDatanetRegistry.Datanet memory net = _registry.datanet(2);
        vm.assertEq(net.owner, STRANGER);
        vm.assertEq(net.pendingOwner, address(0));
        vm.assertEq(net.policyHash, keccak256("other"));
        vm.assertEq(uint256(net.quorum), 1);
        vm.assertEq(uint256(net.batches), 0);
        vm.assertTrue(net.status == IDatanetRegistry.DatanetStatus.Open);
    }

    function test_createNeedsPolicy() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.PolicyHashMissing.selector));
        _registry.create(0);
    }

    function test_commitBatchRecordsAndNumbers() public {
        Approval memory a = _approval();
        (address[] memory signers, bytes[] memory signatures) = _signed(a, 2);
        vm.expectEmit(true, true, true, true, address(_registry));
        emit IDatanetRegistry.BatchCommitted(1, 1, a.root, a.manifestHash, keccak256("policy"), a.leaves, signers);
        vm.prank(STRANGER);
        vm.assertEq(uint256(_commit(a, signers, signatures)), 1);

        IDatanetRegistry.Batch memory stored = _registry.batch(1, 1);
        vm.assertEq(stored.root, a.root);
        vm.assertEq(stored.manifestHash, a.manifestHash);
        vm.assertEq(uint256(stored.leaves), a.leaves);
        vm.assertEq(uint256(stored.committedAt), block.timestamp);
        vm.assertEq(uint256(_commitNext(1)), 2);
        vm.assertEq(uint256(_registry.datanet(1).batches), 2);
    }

    function test_commitBatchAtTheDeadlineAndNotAfter() public {
        Approval memory a = _approval();
        (address[] memory signers, bytes[] memory signatures) = _signed(a, 1);
        vm.warp(a.deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ApprovalExpired.selector, a.deadline, a.deadline + 1));
        _commit(a, signers, signatures);
        vm.warp(a.deadline);
        vm.assertEq(uint256(_commit(a, signers, signatures)), 1);
    }

    function test_commitBatchRefusesMissingParts() public {
        Approval memory a = _approval();
        (address[] memory signers, bytes[] memory signatures) = _signed(a, 1);
        a.root = 0;
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.RootMissing.selector));
        _commit(a, signers, signatures);
        a = _approval();
        a.manifestHash = 0;
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ManifestHashMissing.selector));
        _commit(a, signers, signatures);
        a = _approval();
        a.leaves = 0;
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.BatchEmpty.selector));
        _commit(a, signers, signatures);
        a = _approval();
        a.datanetId = 9;
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.DatanetNotFound.selector, 9));
        _commit(a, signers, signatures);
    }

    function test_commitBatchRefusesWrongSigners() public {
        Approval memory a = _approval();
        (address[] memory signers, bytes[] memory signatures) = _signed(a, 2);

        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignerCountMismatch.selector, 2, 0));
        _commit(a, signers, new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.QuorumNotReached.selector, 1, 0, 1));
        _commit(a, new address[](0), new bytes[](0));

        (signers[0], signers[1]) = (signers[1], signers[0]);
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignersNotAscending.selector, signers[0], signers[1]));
        _commit(a, signers, signatures);

        signers[1] = signers[0];
        signatures[1] = signatures[0];
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignersNotAscending.selector, signers[0], signers[0]));
        _commit(a, signers, signatures);

        signers[0] = address(0);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignersNotAscending.selector, address(0), address(0)));
        _commit(a, signers, signatures);
    }

    function test_commitBatchNeedsActiveValidators() public {
        Approval memory a = _approval();
        (address[] memory signers, bytes[] memory signatures) = _signed(a, 1);
        vm.prank(_owner);
        _registry.setValidator(1, signers[0], false);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignerNotValidator.selector, 1, signers[0]));
        _commit(a, signers, signatures);
    }

    function test_commitBatchNeedsTheQuorum() public {
        vm.expectEmit(true, true, true, true, address(_registry));
        emit IDatanetRegistry.QuorumSet(1, 3);
        vm.prank(_owner);
        _registry.setQuorum(1, 3);
        Approval memory a = _approval();
        (address[] memory signers, bytes[] memory signatures) = _signed(a, 2);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.QuorumNotReached.selector, 1, 2, 3));
        _commit(a, signers, signatures);
        vm.assertEq(uint256(_commitNext(3)), 1);
    }

    function test_ownerNeverCounts() public {
        uint256 ownerKey = 77;
        address owner = vm.addr(ownerKey);
        vm.prank(_owner);
        _registry.setValidator(1, owner, true);
        vm.prank(_owner);
        _registry.transferOwner(1, owner);
        vm.expectEmit(true, true, true, true, address(_registry));
        emit IDatanetRegistry.ValidatorSet(1, owner, false);
        vm.prank(owner);
        _registry.acceptOwner(1);
        vm.assertFalse(_registry.isValidator(1, owner));

        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.OwnerCannotValidate.selector, 1, owner));
        vm.prank(owner);
        _registry.setValidator(1, owner, true);

        Approval memory a = _approval();
        address[] memory signers = new address[](1);
        bytes[] memory signatures = new bytes[](1);
        signers[0] = owner;
        signatures[0] = _sign(ownerKey, _digest(_registry, a));
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignerIsOwner.selector, 1, owner));
        _commit(a, signers, signatures);
    }

    function test_contractWalletApproves() public {
        Wallet1271 wallet = new Wallet1271(vm.addr(42));
        vm.prank(_owner);
        _registry.setValidator(1, address(wallet), true);
        Approval memory a = _approval();
        address[] memory signers = new address[](1);
        bytes[] memory signatures = new bytes[](1);
        signers[0] = address(wallet);
        signatures[0] = _sign(43, _digest(_registry, a));
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignatureInvalid.selector, address(wallet)));
        _commit(a, signers, signatures);
        signatures[0] = _sign(42, _digest(_registry, a));
        vm.assertEq(uint256(_commit(a, signers, signatures)), 1);
    }

    /// Chain, contract, Datanet, batch number, root, size, manifest, deadline, signer: each is bound by the signature.
    function test_replayMatrix() public {
        vm.prank(STRANGER);
        _registry.create(keccak256("policy"));
        Approval memory right = _approval();
        bytes32[9] memory wrong;
        Approval memory a = _approval();
        a.datanetId = 2;
        wrong[0] = _digest(_registry, a);
        (a.datanetId, a.batchNo) = (1, 2);
        wrong[1] = _digest(_registry, a);
        a.batchNo = 0;
        wrong[2] = _digest(_registry, a);
        (a.batchNo, a.root) = (1, keccak256("other root"));
        wrong[3] = _digest(_registry, a);
        (a.root, a.leaves) = (right.root, right.leaves + 1);
        wrong[4] = _digest(_registry, a);
        (a.leaves, a.manifestHash) = (right.leaves, keccak256("other manifest"));
        wrong[5] = _digest(_registry, a);
        (a.manifestHash, a.deadline) = (right.manifestHash, right.deadline + 1);
        wrong[6] = _digest(_registry, a);
        wrong[7] = _digest(new DatanetRegistry(address(_manager)), right);
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        wrong[8] = _digest(_registry, right);
        vm.chainId(here);

        (address[] memory signers, bytes[] memory signatures) = _signed(right, 1);
        bytes memory good = signatures[0];
        for (uint256 i = 0; i < wrong.length; ++i) {
            signatures[0] = _sign(_keys[0], wrong[i]);
            vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignatureInvalid.selector, signers[0]));
            _commit(right, signers, signatures);
        }
        signatures[0] = _sign(_keys[1], _digest(_registry, right));
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignatureInvalid.selector, signers[0]));
        _commit(right, signers, signatures);

        signatures[0] = good;
        _commit(right, signers, signatures);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignatureInvalid.selector, signers[0]));
        _commit(right, signers, signatures);
    }

    function test_ownerOnly() public {
        bytes memory notOwner = abi.encodeWithSelector(IDatanetRegistry.NotDatanetOwner.selector, 1, STRANGER);
        bytes[5] memory calls = [
            abi.encodeCall(_registry.setPolicy, (1, keccak256("p"))),
            abi.encodeCall(_registry.setValidator, (1, STRANGER, true)),
            abi.encodeCall(_registry.setQuorum, (1, 2)),
            abi.encodeCall(_registry.setOpen, (1, false)),
            abi.encodeCall(_registry.transferOwner, (1, STRANGER))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(STRANGER);
            (bool isOk, bytes memory reason) = address(_registry).call(calls[i]);
            vm.assertFalse(isOk);
            vm.assertEq(reason, notOwner);
        }
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.DatanetNotFound.selector, 5));
        _registry.setQuorum(5, 1);
    }

    function test_setPolicy() public {
        vm.expectEmit(true, true, true, true, address(_registry));
        emit IDatanetRegistry.PolicySet(1, keccak256("policy"), keccak256("new"));
        vm.prank(_owner);
        _registry.setPolicy(1, keccak256("new"));
        vm.assertEq(_registry.datanet(1).policyHash, keccak256("new"));
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.PolicyHashMissing.selector));
        vm.prank(_owner);
        _registry.setPolicy(1, 0);
    }

    function test_setValidatorAndQuorumRefuseZero() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.ValidatorMissing.selector));
        vm.prank(_owner);
        _registry.setValidator(1, address(0), true);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.QuorumZero.selector, 1));
        vm.prank(_owner);
        _registry.setQuorum(1, 0);
    }

    function test_closedTakesNoBatch() public {
        Approval memory a = _approval();
        (address[] memory signers, bytes[] memory signatures) = _signed(a, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDatanetRegistry.StatusUnchanged.selector, 1, IDatanetRegistry.DatanetStatus.Open)
        );
        vm.prank(_owner);
        _registry.setOpen(1, true);

        vm.expectEmit(true, true, true, true, address(_registry));
        emit IDatanetRegistry.DatanetStatusSet(1, IDatanetRegistry.DatanetStatus.Closed);
        vm.prank(_owner);
        _registry.setOpen(1, false);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.DatanetNotOpen.selector, 1));
        _commit(a, signers, signatures);
        vm.prank(_owner);
        _registry.setOpen(1, true);
        _commit(a, signers, signatures);
    }

    function test_ownershipMovesInTwoSteps() public {
        vm.expectEmit(true, true, true, true, address(_registry));
        emit IDatanetRegistry.OwnerTransferStarted(1, _owner, STRANGER);
        vm.prank(_owner);
        _registry.transferOwner(1, STRANGER);
        vm.assertEq(_registry.datanet(1).owner, _owner);

        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotPendingOwner.selector, 1, _owner));
        vm.prank(_owner);
        _registry.acceptOwner(1);

        vm.expectEmit(true, true, true, true, address(_registry));
        emit IDatanetRegistry.OwnerTransferred(1, _owner, STRANGER);
        vm.prank(STRANGER);
        _registry.acceptOwner(1);
        vm.assertEq(_registry.datanet(1).owner, STRANGER);
        vm.assertEq(_registry.datanet(1).pendingOwner, address(0));
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotPendingOwner.selector, 1, STRANGER));
        vm.prank(STRANGER);
        _registry.acceptOwner(1);
    }

    function test_withdrawnOfferCannotBeAccepted() public {
        vm.prank(_owner);
        _registry.transferOwner(1, STRANGER);
        vm.prank(_owner);
        _registry.transferOwner(1, address(0));
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotPendingOwner.selector, 1, STRANGER));
        vm.prank(STRANGER);
        _registry.acceptOwner(1);
    }

    function test_pauseByRoleOnly() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        vm.prank(STRANGER);
        _registry.pause();

        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = _registry.pause.selector;
        _manager.setTargetFunctionRole(address(_registry), selectors, 2);
        _manager.grantRole(2, STRANGER, 0);
        vm.prank(STRANGER);
        _registry.pause();

        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _registry.create(keccak256("p"));
        Approval memory a = _approval();
        (address[] memory signers, bytes[] memory signatures) = _signed(a, 1);
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _commit(a, signers, signatures);
        vm.prank(_owner);
        _registry.setValidator(1, signers[0], false);

        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        vm.prank(STRANGER);
        _registry.unpause();
        _registry.unpause();
        _registry.create(keccak256("p"));
    }

    function test_unknownIdsRevert() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.DatanetNotFound.selector, 0));
        _registry.datanet(0);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.BatchNotFound.selector, 1, 1));
        _registry.batch(1, 1);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.BatchNotFound.selector, 1, 1));
        _registry.verify(1, 1, 0, new bytes32[](0));
    }

    function testFuzz_onlyTheSignedBatchIsAccepted(bytes32 root, uint64 leaves, bytes32 manifestHash, uint256 deadline)
        public
    {
        Approval memory right = _approval();
        (address[] memory signers, bytes[] memory signatures) = _signed(right, 1);
        Approval memory a =
            Approval(1, 1, root, leaves, manifestHash, _between(deadline, block.timestamp, type(uint256).max));
        vm.assume(root != 0 && leaves != 0 && manifestHash != 0 && _digest(_registry, a) != _digest(_registry, right));
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignatureInvalid.selector, signers[0]));
        _commit(a, signers, signatures);
        (signers, signatures) = _signed(a, 1);
        vm.assertEq(uint256(_commit(a, signers, signatures)), 1);
        vm.assertEq(_registry.batch(1, 1).root, root);
    }

    function testFuzz_garbageIsNoSignature(bytes calldata garbage) public {
        Approval memory a = _approval();
        (address[] memory signers, bytes[] memory signatures) = _signed(a, 1);
        vm.assume(keccak256(garbage) != keccak256(signatures[0]));
        signatures[0] = garbage;
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.SignatureInvalid.selector, signers[0]));
        _commit(a, signers, signatures);
    }
}
