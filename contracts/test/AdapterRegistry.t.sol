// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AdapterRegistry} from "../src/AdapterRegistry.sol";
import {IAdapterRegistry} from "../src/interfaces/IAdapterRegistry.sol";
import {AdapterFixture} from "./support/AdapterFixture.sol";
import {Wallet1271} from "./support/Wallet1271.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

contract AdapterRegistryTest is AdapterFixture {
    address private constant STRANGER = address(0xBAD);

    function setUp() public {
        _setUpAdapter();
    }

    function test_commitRunOnceForEachCommitter() public {
        uint64 blockNumber = uint64(block.number);
        vm.expectEmit(true, true, true, true, address(_registry));
        emit IAdapterRegistry.RunCommitted(RUN, STRANGER, blockNumber);
        _commitRun(STRANGER, RUN);
        vm.assertEq(uint256(_registry.runCommitOf(STRANGER, RUN).blockNumber), blockNumber);
        vm.assertEq(uint256(_registry.runCommitOf(_creator, RUN).blockNumber), 1000);

        vm.expectRevert(
            abi.encodeWithSelector(IAdapterRegistry.RunAlreadyCommitted.selector, STRANGER, RUN, blockNumber)
        );
        vm.prank(STRANGER);
        _registry.commitRun(RUN);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.RunCommitMissing.selector));
        _registry.commitRun(0);
    }

    function test_publishRecordsEverything() public {
        IAdapterRegistry.Pub memory pub = _pub();
        pub.royaltyBps = 500;
        bytes memory voucher = _voucher(pub);
        vm.expectEmit(true, true, true, true, address(_registry));
        emit IERC721.Transfer(address(0), _creator, 1);
        vm.expectEmit(true, true, true, true, address(_registry));
        emit IAdapterRegistry.Published(1, _creator, pub.artifactHash, vm.addr(ATTESTOR_KEY), pub);
        vm.assertEq(_publish(pub, voucher), 1);

        IAdapterRegistry.Record memory rec = _registry.record(1);
        vm.assertEq(rec.artifactHash, pub.artifactHash);
        vm.assertEq(rec.baseModelHash, pub.baseModelHash);
        vm.assertEq(rec.provenanceRoot, pub.provenanceRoot);
        vm.assertEq(rec.evaluationHash, pub.evaluationHash);
        vm.assertEq(rec.cardHash, pub.cardHash);
        vm.assertEq(rec.runCommit, RUN);
        vm.assertEq(rec.creator, _creator);
        vm.assertEq(uint256(rec.publishedAt), block.timestamp);
        vm.assertTrue(rec.status == IAdapterRegistry.AdapterStatus.Active);
        vm.assertEq(uint256(rec.supersededBy), 0);
        vm.assertEq(_registry.ownerOf(1), _creator);
        vm.assertEq(_registry.tokenOfArtifact(pub.artifactHash), 1);
        vm.assertEq(uint256(_registry.runCommitOf(_creator, RUN).usedBy), 1);
        vm.assertEq(_registry.nonces(_creator), 1);
        vm.assertEq(_registry.adapterCount(), 1);
        (address receiver, uint256 amount) = _registry.royaltyInfo(1, 10_000);
        vm.assertEq(receiver, _creator);
        vm.assertEq(amount, 500);
    }

    function test_publishOnlyByTheCreator() public {
        IAdapterRegistry.Pub memory pub = _pub();
        bytes memory voucher = _voucher(pub);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.NotCreator.selector, _creator, STRANGER));
        vm.prank(STRANGER);
        _registry.publish(pub, voucher);
    }

    function test_oneTokenForEachArtifact() public {
        IAdapterRegistry.Pub memory pub = _pub();
        _publish(pub, _voucher(pub));
        _commitRun(_creator, keccak256("run 2"));
        pub.runCommit = keccak256("run 2");
        pub.nonce = 1;
        bytes memory voucher = _voucher(pub);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.ArtifactAlreadyPublished.selector, pub.artifactHash, 1));
        _publish(pub, voucher);
    }

    function test_oneTokenForEachRun() public {
        IAdapterRegistry.Pub memory pub = _pub();
        _publish(pub, _voucher(pub));
        pub.artifactHash = keccak256("artifact 2");
        pub.nonce = 1;
        bytes memory voucher = _voucher(pub);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.RunAlreadyPublished.selector, RUN, 1));
        _publish(pub, voucher);
    }

    function test_runMustBeCommittedByTheCreator() public {
        IAdapterRegistry.Pub memory pub = _pub();
        pub.runCommit = keccak256("other run");
        _commitRun(STRANGER, pub.runCommit);
        bytes memory voucher = _voucher(pub);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.RunNotCommitted.selector, _creator, pub.runCommit));
        _publish(pub, voucher);
        _commitRun(_creator, pub.runCommit);
        vm.assertEq(_publish(pub, voucher), 1);
    }

    function test_everyHashIsNeeded() public {
        for (uint256 i = 0; i < 5; ++i) {
            IAdapterRegistry.Pub memory pub = _pub();
            if (i == 0) pub.artifactHash = 0;
            if (i == 1) pub.baseModelHash = 0;
            if (i == 2) pub.provenanceRoot = 0;
            if (i == 3) pub.evaluationHash = 0;
            if (i == 4) pub.cardHash = 0;
            bytes memory voucher = _voucher(pub);
            vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.HashMissing.selector));
            _publish(pub, voucher);
        }
    }

    function test_royaltyHasALimit() public {
        IAdapterRegistry.Pub memory pub = _pub();
        pub.royaltyBps = 1001;
        bytes memory voucher = _voucher(pub);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.RoyaltyTooHigh.selector, 1001, 1000));
        _publish(pub, voucher);
        pub.royaltyBps = 1000;
        vm.assertEq(_publish(pub, _voucher(pub)), 1);
    }

    function test_voucherAtItsDeadlineAndNotAfter() public {
        IAdapterRegistry.Pub memory pub = _pub();
        bytes memory voucher = _voucher(pub);
        vm.warp(pub.deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IAdapterRegistry.VoucherExpired.selector, pub.deadline, pub.deadline + 1)
        );
        _publish(pub, voucher);
        vm.warp(pub.deadline);
        vm.assertEq(_publish(pub, voucher), 1);
    }

    function test_voucherUsedOnce() public {
        IAdapterRegistry.Pub memory pub = _pub();
        bytes memory voucher = _voucher(pub);
        _publish(pub, voucher);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.ArtifactAlreadyPublished.selector, pub.artifactHash, 1));
        _publish(pub, voucher);

        // A second voucher made before the first was used has the nonce that is gone.
        pub.artifactHash = keccak256("artifact 2");
        voucher = _voucher(pub);
        vm.expectRevert(abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, _creator, 1));
        _publish(pub, voucher);
    }

    function test_attestorMustHoldTheRoleNow() public {
        IAdapterRegistry.Pub memory pub = _pub();
        bytes memory voucher = _voucher(pub);
        _manager.revokeRole(_registry.ATTESTOR_ROLE(), vm.addr(ATTESTOR_KEY));
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.NotAttestor.selector, vm.addr(ATTESTOR_KEY)));
        _publish(pub, voucher);
        voucher = _sign(CREATOR_KEY, _registry.adapterVoucherDigest(pub));
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.NotAttestor.selector, _creator));
        _publish(pub, voucher);
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 3));
        _publish(pub, hex"010203");
    }

    /// Chain, contract, nonce, deadline, creator, type and every published field are bound by the voucher.
    function test_voucherReplayMatrix() public {
        IAdapterRegistry.Pub memory right = _pub();
        bytes32[14] memory wrong;
        for (uint256 i = 0; i < 11; ++i) {
            IAdapterRegistry.Pub memory pub = _pub();
            if (i == 0) pub.creator = STRANGER;
            if (i == 1) pub.artifactHash = keccak256("x");
            if (i == 2) pub.baseModelHash = keccak256("x");
            if (i == 3) pub.provenanceRoot = keccak256("x");
            if (i == 4) pub.evaluationHash = keccak256("x");
            if (i == 5) pub.cardHash = keccak256("x");
            if (i == 6) pub.runCommit = keccak256("x");
            if (i == 7) pub.royaltyBps = 1;
            if (i == 8) pub.uri = "x";
            if (i == 9) pub.nonce = 1;
            if (i == 10) pub.deadline += 1;
            wrong[i] = _registry.adapterVoucherDigest(pub);
        }
        wrong[11] = _registry.publishDigest(right, right.deadline);
        wrong[12] = new AdapterRegistry(address(_manager)).adapterVoucherDigest(right);
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        wrong[13] = _registry.adapterVoucherDigest(right);
        vm.chainId(here);

        bytes32 digest = _registry.adapterVoucherDigest(right);
        for (uint256 i = 0; i < wrong.length; ++i) {
            bytes memory voucher = _sign(ATTESTOR_KEY, wrong[i]);
            address recovered = ECDSA.recover(digest, voucher);
            vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.NotAttestor.selector, recovered));
            _publish(right, voucher);
        }
        vm.assertEq(_publish(right, _voucher(right)), 1);
    }

    function test_publishForWithTheCreatorsSignature() public {
        IAdapterRegistry.Pub memory pub = _pub();
        uint256 deadline = block.timestamp + 30 minutes;
        bytes memory voucher = _voucher(pub);
        bytes memory consent = _sign(CREATOR_KEY, _registry.publishDigest(pub, deadline));

        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.CreatorSignatureInvalid.selector, _creator));
        _registry.publishFor(pub, deadline + 1, consent, voucher);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.CreatorSignatureInvalid.selector, _creator));
        _registry.publishFor(pub, deadline, voucher, voucher);
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.PublishExpired.selector, deadline, deadline + 1));
        _registry.publishFor(pub, deadline, consent, voucher);
        vm.warp(deadline);
        vm.prank(STRANGER);
        vm.assertEq(_registry.publishFor(pub, deadline, consent, voucher), 1);
        vm.assertEq(_registry.ownerOf(1), _creator);
    }

    function test_publishForAContractWallet() public {
        IAdapterRegistry.Pub memory pub = _pub();
        pub.creator = address(new Wallet1271(_creator));
        pub.nonce = 0;
        _commitRun(pub.creator, RUN);
        bytes memory consent = _sign(CREATOR_KEY, _registry.publishDigest(pub, pub.deadline));
        vm.assertEq(_registry.publishFor(pub, pub.deadline, consent, _voucher(pub)), 1);
        vm.assertEq(_registry.ownerOf(1), pub.creator);
    }

    function test_statusMovesForwardByRole() public {
        _publishNext("one");
        _publishNext("two");
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, _creator));
        vm.prank(_creator);
        _registry.setStatus(1, IAdapterRegistry.AdapterStatus.Affected, 0, 0);

        vm.expectEmit(true, true, true, true, address(_registry));
        emit IAdapterRegistry.StatusSet(
            1,
            IAdapterRegistry.AdapterStatus.Active,
            IAdapterRegistry.AdapterStatus.Affected,
            keccak256("why"),
            0,
            address(this)
        );
        _registry.setStatus(1, IAdapterRegistry.AdapterStatus.Affected, keccak256("why"), 0);
        _registry.setStatus(1, IAdapterRegistry.AdapterStatus.Superseded, 0, 2);
        _registry.setStatus(1, IAdapterRegistry.AdapterStatus.Revoked, 0, 0);
        IAdapterRegistry.Record memory rec = _registry.record(1);
        vm.assertTrue(rec.status == IAdapterRegistry.AdapterStatus.Revoked);
        vm.assertEq(uint256(rec.supersededBy), 2);
    }

    function test_statusNeverMovesBackOrStays() public {
        _publishNext("one");
        for (uint8 from = 1; from <= 4; ++from) {
            for (uint8 to = 0; to <= from; ++to) {
                vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.StatusNotForward.selector, 1, from, to));
                _registry.setStatus(1, IAdapterRegistry.AdapterStatus(to), 0, 0);
            }
            if (from == 1) _registry.setStatus(1, IAdapterRegistry.AdapterStatus.Affected, 0, 0);
            if (from == 2) {
                _publishNext("two");
                _registry.setStatus(1, IAdapterRegistry.AdapterStatus.Superseded, 0, 2);
            }
            if (from == 3) _registry.setStatus(1, IAdapterRegistry.AdapterStatus.Revoked, 0, 0);
        }
    }

    function test_holderSupersedesByAnOwnLaterToken() public {
        _publishNext("one");
        _publishNext("two");
        vm.prank(_creator);
        _registry.setStatus(1, IAdapterRegistry.AdapterStatus.Superseded, 0, 2);
        vm.assertEq(uint256(_registry.record(1).supersededBy), 2);

        _publishNext("three");
        vm.prank(_creator);
        _registry.transferFrom(_creator, STRANGER, 3);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, _creator));
        vm.prank(_creator);
        _registry.setStatus(2, IAdapterRegistry.AdapterStatus.Superseded, 0, 3);
    }

    function test_successorIsLaterAndGivenExactlyWhenSuperseded() public {
        _publishNext("one");
        _publishNext("two");
        uint256[4] memory wrong = [uint256(0), 1, 2, 3];
        for (uint256 i = 0; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.SuccessorInvalid.selector, 2, wrong[i]));
            _registry.setStatus(2, IAdapterRegistry.AdapterStatus.Superseded, 0, wrong[i]);
        }
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.SuccessorInvalid.selector, 1, 2));
        _registry.setStatus(1, IAdapterRegistry.AdapterStatus.Revoked, 0, 2);
    }

    function test_tokenUriNamesTheCard() public {
        IAdapterRegistry.Pub memory pub = _pub();
        pub.cardHash = sha256("Hello World!");
        _publish(pub, _voucher(pub));
        // The example of RFC 6920, section 8.
        vm.assertEq(_registry.tokenURI(1), "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk");
    }

    function test_unknownTokenAndInterfaces() public {
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.AdapterNotFound.selector, 1));
        _registry.record(1);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.AdapterNotFound.selector, 1));
        _registry.tokenURI(1);
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.AdapterNotFound.selector, 1));
        _registry.setStatus(1, IAdapterRegistry.AdapterStatus.Revoked, 0, 0);
        vm.assertTrue(_registry.supportsInterface(type(IERC721).interfaceId));
        vm.assertTrue(_registry.supportsInterface(type(IERC2981).interfaceId));
        vm.assertFalse(_registry.supportsInterface(0xffffffff));
    }

    function testFuzz_recordIsWhatWasPublished(bytes32[5] calldata hashes, uint16 royaltyBps, string calldata uri)
        public
    {
        IAdapterRegistry.Pub memory pub = _pub();
        for (uint256 i = 0; i < 5; ++i) {
            vm.assume(hashes[i] != 0);
        }
        (pub.artifactHash, pub.baseModelHash, pub.provenanceRoot) = (hashes[0], hashes[1], hashes[2]);
        (pub.evaluationHash, pub.cardHash, pub.uri) = (hashes[3], hashes[4], uri);
        pub.royaltyBps = royaltyBps % 1001;
        _publish(pub, _voucher(pub));
        IAdapterRegistry.Record memory rec = _registry.record(1);
        vm.assertEq(
            keccak256(
                abi.encode(rec.artifactHash, rec.baseModelHash, rec.provenanceRoot, rec.evaluationHash, rec.cardHash)
            ),
            keccak256(abi.encode(hashes))
        );
    }

    function testFuzz_onlyTheAttestorsKey(uint256 key) public {
        key = _between(key, 1, type(uint128).max);
        vm.assume(key != ATTESTOR_KEY);
        IAdapterRegistry.Pub memory pub = _pub();
        bytes memory voucher = _sign(key, _registry.adapterVoucherDigest(pub));
        vm.expectRevert(abi.encodeWithSelector(IAdapterRegistry.NotAttestor.selector, vm.addr(key)));
        _publish(pub, voucher);
    }
}
