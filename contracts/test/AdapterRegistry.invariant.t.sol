// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAdapterRegistry} from "../src/interfaces/IAdapterRegistry.sol";
import {AdapterFixture} from "./support/AdapterFixture.sol";

/// @notice Random but valid use of the registry by one creator and the status role, with replays mixed in.
contract AdapterHandler is AdapterFixture {
    uint256 public forbiddenAccepted;
    mapping(uint256 tokenId => bytes32) public fixedFields;
    mapping(uint256 tokenId => IAdapterRegistry.AdapterStatus) public lastStatus;
    uint256 private _runs;
    IAdapterRegistry.Pub private _lastPub;
    bytes private _lastVoucher;

    constructor() {
        _setUpAdapter();
    }

    function publish(bytes32 artifactHash, bytes32 cardHash, uint16 royaltyBps, bool isRelayed) external {
        IAdapterRegistry.Pub memory pub = _pub();
        pub.artifactHash = artifactHash == 0 ? bytes32(uint256(1)) : artifactHash;
        pub.cardHash = cardHash == 0 ? bytes32(uint256(1)) : cardHash;
        pub.royaltyBps = royaltyBps % 1001;
        pub.runCommit = keccak256(abi.encode(++_runs));
        if (_registry.tokenOfArtifact(pub.artifactHash) != 0) return;
        _commitRun(_creator, pub.runCommit);
        bytes memory voucher = _voucher(pub);
        uint256 tokenId = isRelayed
            ? _registry.publishFor(
                pub, pub.deadline, _sign(CREATOR_KEY, _registry.publishDigest(pub, pub.deadline)), voucher
            )
            : _publish(pub, voucher);
        fixedFields[tokenId] = _fixed(_registry.record(tokenId));
        lastStatus[tokenId] = IAdapterRegistry.AdapterStatus.Active;
        _lastPub = pub;
        _lastVoucher = voucher;
    }

    /// The last voucher again, and a fresh voucher for an artifact that is published already.
    function publishAgain(bool isFresh) external {
        if (_registry.adapterCount() == 0) return;
        IAdapterRegistry.Pub memory pub = _lastPub;
        bytes memory voucher = _lastVoucher;
        if (isFresh) {
            pub.nonce = _registry.nonces(_creator);
            pub.runCommit = keccak256(abi.encode("again", ++_runs));
            _commitRun(_creator, pub.runCommit);
            voucher = _voucher(pub);
        }
        vm.prank(_creator);
        try _registry.publish(pub, voucher) {
            ++forbiddenAccepted;
        } catch {}
    }

    function setStatus(uint256 seed, uint8 status, uint256 successorSeed) external {
        uint256 count = _registry.adapterCount();
        if (count == 0) return;
        uint256 tokenId = _between(seed, 1, count);
        IAdapterRegistry.AdapterStatus requested = IAdapterRegistry.AdapterStatus(_between(status, 1, 4));
        bool isSuperseding = requested == IAdapterRegistry.AdapterStatus.Superseded;
        uint256 successorId = isSuperseding ? _between(successorSeed, 0, count + 1) : 0;
        bool isRight =
            requested > lastStatus[tokenId] && (!isSuperseding || (successorId > tokenId && successorId <= count));
        try _registry.setStatus(tokenId, requested, 0, successorId) {
            if (!isRight) ++forbiddenAccepted;
            lastStatus[tokenId] = requested;
        } catch {
            require(!isRight, "a right status was refused");
        }
    }

    function give(uint256 seed, address to) external {
        uint256 count = _registry.adapterCount();
        if (count == 0 || to == address(0)) return;
        uint256 tokenId = _between(seed, 1, count);
        address holder = _registry.ownerOf(tokenId);
        vm.prank(holder);
        _registry.transferFrom(holder, to, tokenId);
    }

    function adapterCount() external view returns (uint256) {
        return _registry.adapterCount();
    }

    function used() external view returns (uint256) {
        return _registry.nonces(_creator);
    }

    function recordOf(uint256 tokenId) external view returns (IAdapterRegistry.Record memory) {
        return _registry.record(tokenId);
    }

    function fixedFieldsOf(uint256 tokenId) external view returns (bytes32) {
        return _fixed(_registry.record(tokenId));
    }

    function tokenOfArtifact(bytes32 artifactHash) external view returns (uint256) {
        return _registry.tokenOfArtifact(artifactHash);
    }

    function runBlock(bytes32 runCommit) external view returns (IAdapterRegistry.RunCommit memory) {
        return _registry.runCommitOf(_creator, runCommit);
    }

    function _fixed(IAdapterRegistry.Record memory rec) private pure returns (bytes32) {
        rec.status = IAdapterRegistry.AdapterStatus.None;
        rec.supersededBy = 0;
        return keccak256(abi.encode(rec));
    }
}

contract AdapterRegistryInvariantTest {
    AdapterHandler private _handler;

    function setUp() public {
        _handler = new AdapterHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// One campaign checks all four, because the campaign is what takes time.
    function invariant_publishedAdapters() public view {
        _oneTokenForEachArtifactAndRun();
        _recordsNeverChange();
        _statusOnlyAsAllowed();
        _eachVoucherUsedOnce();
    }

    function _oneTokenForEachArtifactAndRun() private view {
        for (uint256 id = 1; id <= _handler.adapterCount(); ++id) {
            IAdapterRegistry.Record memory rec = _handler.recordOf(id);
            require(_handler.tokenOfArtifact(rec.artifactHash) == id, "artifact with two tokens");
            require(_handler.runBlock(rec.runCommit).usedBy == id, "run with two tokens");
        }
    }

    function _recordsNeverChange() private view {
        for (uint256 id = 1; id <= _handler.adapterCount(); ++id) {
            require(_handler.fixedFieldsOf(id) == _handler.fixedFields(id), "record changed");
        }
    }

    function _statusOnlyAsAllowed() private view {
        require(_handler.forbiddenAccepted() == 0, "forbidden call accepted");
        for (uint256 id = 1; id <= _handler.adapterCount(); ++id) {
            IAdapterRegistry.Record memory rec = _handler.recordOf(id);
            require(rec.status == _handler.lastStatus(id), "status moved by itself");
            bool isSuperseded = rec.status == IAdapterRegistry.AdapterStatus.Superseded;
            require(!isSuperseded || rec.supersededBy > id, "superseded by an earlier token");
            require(rec.supersededBy == 0 || rec.supersededBy > id, "successor is not later");
        }
    }

    function _eachVoucherUsedOnce() private view {
        require(_handler.used() == _handler.adapterCount(), "publications and used nonces differ");
    }
}
