// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AdapterRegistry} from "../../src/AdapterRegistry.sol";
import {IAdapterRegistry} from "../../src/interfaces/IAdapterRegistry.sol";
import {TestBase} from "./Vm.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @notice A registry with one attestor, and a creator whose run is committed one block ago.
abstract contract AdapterFixture is TestBase {
    uint256 internal constant ATTESTOR_KEY = 0xA77;
    uint256 internal constant CREATOR_KEY = 0xC3EA;
    bytes32 internal constant RUN = keccak256("run");

    AccessManager internal _manager;
    AdapterRegistry internal _registry;
    address internal _creator;

    function _setUpAdapter() internal {
        vm.warp(1_800_000_000);
        vm.roll(1000);
        _manager = new AccessManager(address(this));
        _registry = new AdapterRegistry(address(_manager));
        _manager.grantRole(_registry.ATTESTOR_ROLE(), vm.addr(ATTESTOR_KEY), 0);
        _creator = vm.addr(CREATOR_KEY);
        _commitRun(_creator, RUN);
    }

    function _commitRun(address committer, bytes32 runCommit) internal {
        vm.prank(committer);
        _registry.commitRun(runCommit);
        vm.roll(block.number + 1);
    }

    function _pub() internal view returns (IAdapterRegistry.Pub memory pub) {
        pub.creator = _creator;
        pub.artifactHash = keccak256("artifact");
        pub.baseModelHash = keccak256("base");
        pub.provenanceRoot = keccak256("provenance");
        pub.evaluationHash = keccak256("evaluation");
        pub.cardHash = keccak256("card");
        pub.runCommit = RUN;
        pub.uri = "https://modelfactory.example/adapters/1";
        pub.nonce = _registry.nonces(_creator);
        pub.deadline = block.timestamp + 1 hours;
    }

    function _voucher(IAdapterRegistry.Pub memory pub) internal view returns (bytes memory) {
        return _sign(ATTESTOR_KEY, _registry.adapterVoucherDigest(pub));
    }

    function _publish(IAdapterRegistry.Pub memory pub, bytes memory voucher) internal returns (uint256) {
        vm.prank(pub.creator);
        return _registry.publish(pub, voucher);
    }

    /// Publishes another artifact of another run of the creator.
    function _publishNext(string memory name) internal returns (uint256) {
        bytes32 seed = keccak256(bytes(name));
        _commitRun(_creator, seed);
        IAdapterRegistry.Pub memory pub = _pub();
        pub.artifactHash = seed;
        pub.runCommit = seed;
        return _publish(pub, _voucher(pub));
    }
}
