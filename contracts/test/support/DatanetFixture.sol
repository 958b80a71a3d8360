// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DatanetRegistry} from "../../src/DatanetRegistry.sol";
import {TestBase} from "./Vm.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @notice A registry with one Datanet (id 1) and three validators in ascending address order.
abstract contract DatanetFixture is TestBase {
    struct Approval {
        uint256 datanetId;
        uint64 batchNo;
        bytes32 root;
        uint64 leaves;
        bytes32 manifestHash;
        uint256 deadline;
    }

    AccessManager internal _manager;
    DatanetRegistry internal _registry;
    address internal _owner = address(0x0A11CE);
    uint256[] internal _keys;
    address[] internal _validators;

    function _setUpDatanet() internal {
        vm.warp(1_800_000_000);
        _manager = new AccessManager(address(this));
        _registry = new DatanetRegistry(address(_manager));
        for (uint256 key = 1; key <= 3; ++key) {
            _keys.push(key);
            _validators.push(vm.addr(key));
        }
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = i + 1; j < 3; ++j) {
                if (_validators[j] < _validators[i]) {
                    (_validators[i], _validators[j]) = (_validators[j], _validators[i]);
                    (_keys[i], _keys[j]) = (_keys[j], _keys[i]);
                }
            }
        }
        vm.prank(_owner);
        _registry.create(keccak256("policy"));
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(_owner);
            _registry.setValidator(1, _validators[i], true);
        }
    }

    function _approval() internal view returns (Approval memory) {
        return Approval(1, 1, keccak256("root"), 3, keccak256("manifest"), block.timestamp + 1 days);
    }

    function _digest(DatanetRegistry registry, Approval memory a) internal view returns (bytes32) {
        return registry.batchApprovalDigest(a.datanetId, a.batchNo, a.root, a.leaves, a.manifestHash, a.deadline);
    }

    /// The first `count` validators and their signatures over `a`.
    function _signed(Approval memory a, uint256 count)
        internal
        view
        returns (address[] memory signers, bytes[] memory signatures)
    {
        bytes32 digest = _digest(_registry, a);
        signers = new address[](count);
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            signers[i] = _validators[i];
            signatures[i] = _sign(_keys[i], digest);
        }
    }

    function _commit(Approval memory a, address[] memory signers, bytes[] memory signatures) internal returns (uint64) {
        return _registry.commitBatch(a.datanetId, a.root, a.leaves, a.manifestHash, a.deadline, signers, signatures);
    }

    function _commitNext(uint256 count) internal returns (uint64) {
        Approval memory a = _approval();
        a.batchNo = _registry.datanet(1).batches + 1;
        (address[] memory signers, bytes[] memory signatures) = _signed(a, count);
        return _commit(a, signers, signatures);
    }
}
