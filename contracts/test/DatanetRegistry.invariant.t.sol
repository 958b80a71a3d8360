// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDatanetRegistry} from "../src/interfaces/IDatanetRegistry.sol";
import {DatanetFixture} from "./support/DatanetFixture.sol";

/// @notice Random but valid use of the registry by one owner and three validators; every used approval is
/// kept and tried again wherever it must not count.
contract DatanetHandler is DatanetFixture {
    struct Committed {
        uint256 datanetId;
        uint64 batchNo;
        bytes32 contentHash;
        uint16 quorumThen;
        uint256 distinctValidators;
    }

    struct Used {
        Approval approval;
        address[] signers;
        bytes[] signatures;
    }

    uint256 public replaysAccepted;
    Committed[] private _committed;
    Used[] private _used;

    constructor() {
        _setUpDatanet();
    }

    function create(bytes32 policyHash) external {
        vm.prank(_owner);
        uint256 datanetId = _registry.create(policyHash == 0 ? bytes32(uint256(1)) : policyHash);
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(_owner);
            _registry.setValidator(datanetId, _validators[i], true);
        }
    }

    function commit(uint256 idSeed, bytes32 root, uint64 leaves, bytes32 manifestHash, uint256 extra) external {
        uint256 datanetId = _anyId(idSeed);
        IDatanetRegistry.Datanet memory net = _registry.datanet(datanetId);
        uint256 active = _activeCount(datanetId);
        if (net.status != IDatanetRegistry.DatanetStatus.Open || active < net.quorum) return;
        // forge-lint: disable-next-item(unsafe-typecast)
        Approval memory a = Approval(
            datanetId,
            net.batches + 1,
            root == 0 ? bytes32(uint256(1)) : root,
            uint64(_between(leaves, 1, type(uint64).max - 1)),
            manifestHash == 0 ? bytes32(uint256(1)) : manifestHash,
            block.timestamp + 1 days
        );
        (address[] memory signers, bytes[] memory signatures) = _sign(a, _between(extra, net.quorum, active));
        uint64 batchNo = _commit(a, signers, signatures);
        _committed.push(
            Committed(datanetId, batchNo, _content(_registry.batch(datanetId, batchNo)), net.quorum, _distinct(signers))
        );
        Used storage used = _used.push();
        used.approval = a;
        used.signers = signers;
        used.signatures = signatures;
    }

    function replay(uint256 seed, uint256 idSeed) external {
        if (_used.length == 0) return;
        Used storage used = _used[seed % _used.length];
        Approval memory a = used.approval;
        a.datanetId = _anyId(idSeed);
        try _registry.commitBatch(
            a.datanetId, a.root, a.leaves, a.manifestHash, a.deadline, used.signers, used.signatures
        ) {
            ++replaysAccepted;
        } catch {}
    }

    function setValidator(uint256 idSeed, uint256 which, bool active) external {
        uint256 datanetId = _anyId(idSeed);
        vm.prank(_owner);
        _registry.setValidator(datanetId, _validators[which % 3], active);
    }

    function setQuorum(uint256 idSeed, uint256 quorum) external {
        uint256 datanetId = _anyId(idSeed);
        vm.prank(_owner);
        // forge-lint: disable-next-line(unsafe-typecast)
        _registry.setQuorum(datanetId, uint16(_between(quorum, 1, 3)));
    }

    function toggleOpen(uint256 idSeed) external {
        uint256 datanetId = _anyId(idSeed);
        bool isOpen = _registry.datanet(datanetId).status == IDatanetRegistry.DatanetStatus.Open;
        vm.prank(_owner);
        _registry.setOpen(datanetId, !isOpen);
    }

    function setPolicy(uint256 idSeed, bytes32 policyHash) external {
        uint256 datanetId = _anyId(idSeed);
        vm.prank(_owner);
        _registry.setPolicy(datanetId, policyHash == 0 ? bytes32(uint256(1)) : policyHash);
    }

    function committed() external view returns (Committed[] memory) {
        return _committed;
    }

    function datanetCount() external view returns (uint256) {
        return _registry.datanetCount();
    }

    function batches(uint256 datanetId) external view returns (uint64) {
        return _registry.datanet(datanetId).batches;
    }

    function contentOf(uint256 datanetId, uint64 batchNo) external view returns (bytes32) {
        return _content(_registry.batch(datanetId, batchNo));
    }

    function hasBatch(uint256 datanetId, uint64 batchNo) external view returns (bool) {
        try _registry.batch(datanetId, batchNo) {
            return true;
        } catch {
            return false;
        }
    }

    function _sign(Approval memory a, uint256 count)
        private
        view
        returns (address[] memory signers, bytes[] memory signatures)
    {
        signers = new address[](count);
        signatures = new bytes[](count);
        uint256 next = 0;
        for (uint256 i = 0; i < 3 && next < count; ++i) {
            if (!_registry.isValidator(a.datanetId, _validators[i])) continue;
            signers[next] = _validators[i];
            signatures[next++] = _sign(_keys[i], _digest(_registry, a));
        }
    }

    function _activeCount(uint256 datanetId) private view returns (uint256 count) {
        for (uint256 i = 0; i < 3; ++i) {
            if (_registry.isValidator(datanetId, _validators[i])) ++count;
        }
    }

    function _distinct(address[] memory signers) private pure returns (uint256 count) {
        for (uint256 i = 0; i < signers.length; ++i) {
            bool isNew = true;
            for (uint256 j = 0; j < i; ++j) {
                if (signers[j] == signers[i]) isNew = false;
            }
            if (isNew) ++count;
        }
    }

    function _anyId(uint256 seed) private view returns (uint256) {
        return _between(seed, 1, _registry.datanetCount());
    }

    function _content(IDatanetRegistry.Batch memory b) private pure returns (bytes32) {
        return keccak256(abi.encode(b));
    }
}

contract DatanetRegistryInvariantTest {
    DatanetHandler private _handler;

    function setUp() public {
        _handler = new DatanetHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// One campaign checks all three, because the campaign is what takes time.
    function invariant_committedBatches() public view {
        _batchNumbersAreDense();
        _batchesNeverChangeAndHadTheirQuorum();
        _usedApprovalsNeverCountAgain();
    }

    function _batchNumbersAreDense() private view {
        uint256 total = 0;
        for (uint256 id = 1; id <= _handler.datanetCount(); ++id) {
            uint64 batches = _handler.batches(id);
            total += batches;
            for (uint64 n = 1; n <= batches; ++n) {
                require(_handler.hasBatch(id, n), "gap");
            }
            require(!_handler.hasBatch(id, 0) && !_handler.hasBatch(id, batches + 1), "batch outside the range");
        }
        require(total == _handler.committed().length, "batch that nobody committed");
    }

    function _batchesNeverChangeAndHadTheirQuorum() private view {
        DatanetHandler.Committed[] memory all = _handler.committed();
        for (uint256 i = 0; i < all.length; ++i) {
            require(_handler.contentOf(all[i].datanetId, all[i].batchNo) == all[i].contentHash, "batch changed");
            require(all[i].distinctValidators >= all[i].quorumThen, "too few signers");
        }
    }

    function _usedApprovalsNeverCountAgain() private view {
        require(_handler.replaysAccepted() == 0, "replay accepted");
    }
}
