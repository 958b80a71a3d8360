// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AdapterRegistry} from "../src/AdapterRegistry.sol";
import {DatanetRegistry} from "../src/DatanetRegistry.sol";
import {IAdapterRegistry} from "../src/interfaces/IAdapterRegistry.sol";
import {IDatanetRegistry} from "../src/interfaces/IDatanetRegistry.sol";
import {DatanetFixture} from "./support/DatanetFixture.sol";

/// @notice The golden cases that TypeScript and Python tests run too.
contract VectorsTest is DatanetFixture {
    string private _json;

    function setUp() public {
        _setUpDatanet();
    }

    function test_jsonHashes() public {
        string[5] memory files = ["row-hash", "policy-hash", "snapshot-manifest", "run-commit", "provenance-root"];
        for (uint256 f = 0; f < files.length; ++f) {
            uint256 count = _open(files[f]);
            for (uint256 i = 0; i < count; ++i) {
                bytes32 hash = sha256(bytes(vm.parseJsonString(_json, _at(i, "canonical"))));
                vm.assertEq(_hex(hash), vm.parseJsonString(_json, _at(i, "hash")));
            }
        }
    }

    function test_leaf() public {
        uint256 count = _open("leaf");
        for (uint256 i = 0; i < count; ++i) {
            bytes32 leaf = _registry.leafOf(
                vm.parseJsonBytes32(_json, _at(i, "rowHash")),
                vm.parseJsonAddress(_json, _at(i, "contributor")),
                vm.parseJsonBytes32(_json, _at(i, "salt"))
            );
            vm.assertEq(leaf, vm.parseJsonBytes32(_json, _at(i, "leaf")));
        }
    }

    function test_rootAndProofs() public {
        uint256 count = _open("root");
        for (uint256 i = 0; i < count; ++i) {
            uint64 batchNo = _commitRoot(vm.parseJsonBytes32(_json, _at(i, "root")));
            for (uint256 j = 0; vm.keyExistsJson(_json, string.concat(_at(i, "proofs["), vm.toString(j), "]")); ++j) {
                string memory key = string.concat(_at(i, "proofs["), vm.toString(j), "]");
                bytes32 leaf = vm.parseJsonBytes32(_json, string.concat(key, ".leaf"));
                bytes32[] memory proof = vm.parseJsonBytes32Array(_json, string.concat(key, ".proof"));
                vm.assertTrue(_registry.verify(1, batchNo, leaf, proof));
                vm.assertFalse(_registry.verify(1, batchNo, keccak256(abi.encode(leaf)), proof));
                if (proof.length == 0) continue;
                proof[0] = ~proof[0];
                vm.assertFalse(_registry.verify(1, batchNo, leaf, proof));
            }
        }
    }

    function test_batchApproval() public {
        uint256 count = _open("batch-approval");
        for (uint256 i = 0; i < count; ++i) {
            DatanetRegistry registry = DatanetRegistry(_placed(i, address(_registry)));
            // forge-lint: disable-start(unsafe-typecast)
            Approval memory a = Approval({
                datanetId: _uint(i, "datanetId"),
                batchNo: uint64(_uint(i, "batchNo")),
                root: _bytes32(i, "root"),
                leaves: uint64(_uint(i, "leaves")),
                manifestHash: _bytes32(i, "manifestHash"),
                deadline: _uint(i, "deadline")
            });
            // forge-lint: disable-end(unsafe-typecast)
            _check(i, _digest(registry, a));
        }
    }

    function test_reviewVote() public {
        uint256 count = _open("review-vote");
        for (uint256 i = 0; i < count; ++i) {
            DatanetRegistry registry = DatanetRegistry(_placed(i, address(_registry)));
            // forge-lint: disable-start(unsafe-typecast)
            IDatanetRegistry.ReviewVote memory vote = IDatanetRegistry.ReviewVote({
                datanetId: _uint(i, "datanetId"),
                validator: vm.parseJsonAddress(_json, _at(i, "message.validator")),
                votesHash: _bytes32(i, "votesHash"),
                accepted: uint64(_uint(i, "accepted")),
                rejected: uint64(_uint(i, "rejected")),
                sampled: uint64(_uint(i, "sampled")),
                nonce: _uint(i, "nonce"),
                deadline: _uint(i, "deadline")
            });
            // forge-lint: disable-end(unsafe-typecast)
            _check(i, registry.reviewVoteDigest(vote));
        }
    }

    function test_adapterVoucher() public {
        address template = address(new AdapterRegistry(address(_manager)));
        uint256 count = _open("adapter-voucher");
        for (uint256 i = 0; i < count; ++i) {
            _check(i, AdapterRegistry(_placed(i, template)).adapterVoucherDigest(_pub(i)));
        }
    }

    function test_publish() public {
        address template = address(new AdapterRegistry(address(_manager)));
        uint256 count = _open("publish");
        for (uint256 i = 0; i < count; ++i) {
            IAdapterRegistry.Pub memory pub = _pub(i);
            uint256 deadline = pub.deadline;
            pub.deadline = 1;
            _check(i, AdapterRegistry(_placed(i, template)).publishDigest(pub, deadline));
        }
    }

    function _check(uint256 i, bytes32 digest) private view {
        vm.assertEq(digest, vm.parseJsonBytes32(_json, _at(i, "digest")));
        bytes memory signature = _sign(vm.parseJsonUint(_json, _at(i, "privateKey")), digest);
        vm.assertEq(signature, vm.parseJsonBytes(_json, _at(i, "signature")));
    }

    /// The contract's code at the vector's address, on the vector's chain.
    function _placed(uint256 i, address template) private returns (address target) {
        target = vm.parseJsonAddress(_json, _at(i, "contract"));
        vm.etch(target, template.code);
        vm.chainId(vm.parseJsonUint(_json, _at(i, "chainId")));
    }

    function _pub(uint256 i) private view returns (IAdapterRegistry.Pub memory pub) {
        pub.creator = vm.parseJsonAddress(_json, _at(i, "message.creator"));
        pub.artifactHash = _bytes32(i, "artifactHash");
        pub.baseModelHash = _bytes32(i, "baseModelHash");
        pub.provenanceRoot = _bytes32(i, "provenanceRoot");
        pub.evaluationHash = _bytes32(i, "evaluationHash");
        pub.cardHash = _bytes32(i, "cardHash");
        pub.runCommit = _bytes32(i, "runCommit");
        // forge-lint: disable-next-line(unsafe-typecast)
        pub.royaltyBps = uint16(_uint(i, "royaltyBps"));
        pub.uri = vm.parseJsonString(_json, _at(i, "message.uri"));
        pub.nonce = _uint(i, "nonce");
        pub.deadline = _uint(i, "deadline");
    }

    function _commitRoot(bytes32 root) private returns (uint64) {
        Approval memory a = _approval();
        a.root = root;
        a.batchNo = _registry.datanet(1).batches + 1;
        (address[] memory signers, bytes[] memory signatures) = _signed(a, 1);
        return _commit(a, signers, signatures);
    }

    function _uint(uint256 i, string memory field) private view returns (uint256) {
        return vm.parseJsonUint(_json, _at(i, string.concat("message.", field)));
    }

    function _bytes32(uint256 i, string memory field) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, _at(i, string.concat("message.", field)));
    }

    function _open(string memory name) private returns (uint256 count) {
        _json = vm.readFile(string.concat("contracts/vectors/", name, ".json"));
        while (vm.keyExistsJson(_json, string.concat(".cases[", vm.toString(count), "]"))) ++count;
        vm.assertTrue(count > 0);
    }

    function _at(uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".cases[", vm.toString(i), "].", field);
    }

    function _hex(bytes32 value) private pure returns (string memory) {
        bytes memory digits = "0123456789abcdef";
        bytes memory text = new bytes(64);
        for (uint256 i = 0; i < 32; ++i) {
            text[2 * i] = digits[uint8(value[i]) >> 4];
            text[2 * i + 1] = digits[uint8(value[i]) & 15];
        }
        return string(text);
    }
}
