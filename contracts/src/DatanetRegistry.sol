// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDatanetRegistry} from "./interfaces/IDatanetRegistry.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title DatanetRegistry
/// @notice See {IDatanetRegistry}.
contract DatanetRegistry is IDatanetRegistry, AccessManaged, EIP712, Pausable {
    bytes32 private constant BATCH_APPROVAL_TYPEHASH = keccak256(
        "BatchApproval(uint256 datanetId,uint64 batchNo,bytes32 root,uint64 leaves,bytes32 manifestHash,uint256 deadline)"
    );
    bytes32 private constant REVIEW_VOTE_TYPEHASH = keccak256(
        "ReviewVote(uint256 datanetId,address validator,bytes32 votesHash,uint64 accepted,uint64 rejected,uint64 sampled,uint256 nonce,uint256 deadline)"
    );

    uint256 private _datanetCount;
    mapping(uint256 datanetId => Datanet) private _datanets;
    mapping(uint256 datanetId => mapping(uint64 batchNo => Batch)) private _batches;
    mapping(uint256 datanetId => mapping(address account => bool)) private _isValidator;

    constructor(address authority) AccessManaged(authority) EIP712("ModelFactory DatanetRegistry", "1") {}

    function create(bytes32 policyHash) external whenNotPaused returns (uint256 datanetId) {
        require(policyHash != 0, PolicyHashMissing());
        datanetId = ++_datanetCount;
        Datanet storage net = _datanets[datanetId];
        net.owner = msg.sender;
        net.status = DatanetStatus.Open;
        net.quorum = 1;
        net.policyHash = policyHash;
        emit DatanetCreated(datanetId, msg.sender, policyHash);
    }

    function commitBatch(
        uint256 datanetId,
        bytes32 root,
        uint64 leaves,
        bytes32 manifestHash,
        uint256 deadline,
        address[] calldata signers,
        bytes[] calldata signatures
    ) external whenNotPaused returns (uint64 batchNo) {
        Datanet storage net = _existing(datanetId);
        require(net.status == DatanetStatus.Open, DatanetNotOpen(datanetId));
        require(root != 0, RootMissing());
        require(manifestHash != 0, ManifestHashMissing());
        require(leaves != 0, BatchEmpty());
        require(block.timestamp <= deadline, ApprovalExpired(deadline, block.timestamp));

        batchNo = ++net.batches;
        bytes32 digest = batchApprovalDigest(datanetId, batchNo, root, leaves, manifestHash, deadline);
        _requireQuorum(datanetId, net, digest, signers, signatures);

        _batches[datanetId][batchNo] = Batch(root, manifestHash, leaves, uint64(block.timestamp));
        emit BatchCommitted(datanetId, batchNo, root, manifestHash, net.policyHash, leaves, signers);
    }

    function setPolicy(uint256 datanetId, bytes32 policyHash) external {
        Datanet storage net = _owned(datanetId);
        require(policyHash != 0, PolicyHashMissing());
        emit PolicySet(datanetId, net.policyHash, policyHash);
        net.policyHash = policyHash;
    }

    function setValidator(uint256 datanetId, address account, bool active) external {
        Datanet storage net = _owned(datanetId);
        require(account != address(0), ValidatorMissing());
        require(!active || account != net.owner, OwnerCannotValidate(datanetId, account));
        _setValidator(datanetId, account, active);
    }

    function setQuorum(uint256 datanetId, uint16 quorum) external {
        Datanet storage net = _owned(datanetId);
        require(quorum != 0, QuorumZero(datanetId));
        net.quorum = quorum;
        emit QuorumSet(datanetId, quorum);
    }

    function setOpen(uint256 datanetId, bool open) external {
        Datanet storage net = _owned(datanetId);
        DatanetStatus status = open ? DatanetStatus.Open : DatanetStatus.Closed;
        require(net.status != status, StatusUnchanged(datanetId, status));
        net.status = status;
        emit DatanetStatusSet(datanetId, status);
    }

    function transferOwner(uint256 datanetId, address pendingOwner) external {
        Datanet storage net = _owned(datanetId);
        net.pendingOwner = pendingOwner;
        emit OwnerTransferStarted(datanetId, net.owner, pendingOwner);
    }

    function acceptOwner(uint256 datanetId) external {
        Datanet storage net = _existing(datanetId);
        require(net.pendingOwner == msg.sender, NotPendingOwner(datanetId, msg.sender));
        address previousOwner = net.owner;
        net.owner = msg.sender;
        net.pendingOwner = address(0);
        if (_isValidator[datanetId][msg.sender]) _setValidator(datanetId, msg.sender, false);
        emit OwnerTransferred(datanetId, previousOwner, msg.sender);
    }

    function pause() external restricted {
        _pause();
    }

    function unpause() external restricted {
        _unpause();
    }

    function datanetCount() external view returns (uint256) {
        return _datanetCount;
    }

    function datanet(uint256 datanetId) external view returns (Datanet memory) {
        return _existing(datanetId);
    }

    function batch(uint256 datanetId, uint64 batchNo) external view returns (Batch memory) {
        return _existingBatch(datanetId, batchNo);
    }

    function isValidator(uint256 datanetId, address account) external view returns (bool) {
        return _isValidator[datanetId][account];
    }

    function verify(uint256 datanetId, uint64 batchNo, bytes32 leaf, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return MerkleProof.verifyCalldata(proof, _existingBatch(datanetId, batchNo).root, leaf);
    }

    function leafOf(bytes32 rowHash, address contributor, bytes32 salt) external pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(rowHash, contributor, salt))));
    }

    function reviewVoteDigest(ReviewVote calldata vote) external view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(REVIEW_VOTE_TYPEHASH, vote)));
    }

    function batchApprovalDigest(
        uint256 datanetId,
        uint64 batchNo,
        bytes32 root,
        uint64 leaves,
        bytes32 manifestHash,
        uint256 deadline
    ) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(abi.encode(BATCH_APPROVAL_TYPEHASH, datanetId, batchNo, root, leaves, manifestHash, deadline))
        );
    }

    function _requireQuorum(
        uint256 datanetId,
        Datanet storage net,
        bytes32 digest,
        address[] calldata signers,
        bytes[] calldata signatures
    ) private view {
        require(signers.length == signatures.length, SignerCountMismatch(signers.length, signatures.length));
        require(signers.length >= net.quorum, QuorumNotReached(datanetId, signers.length, net.quorum));
        address previous = address(0);
        for (uint256 i = 0; i < signers.length; ++i) {
            address signer = signers[i];
            require(signer > previous, SignersNotAscending(previous, signer));
            require(signer != net.owner, SignerIsOwner(datanetId, signer));
            require(_isValidator[datanetId][signer], SignerNotValidator(datanetId, signer));
            require(
                SignatureChecker.isValidSignatureNowCalldata(signer, digest, signatures[i]), SignatureInvalid(signer)
            );
            previous = signer;
        }
    }

    function _setValidator(uint256 datanetId, address account, bool active) private {
        _isValidator[datanetId][account] = active;
        emit ValidatorSet(datanetId, account, active);
    }

    function _existing(uint256 datanetId) private view returns (Datanet storage net) {
        net = _datanets[datanetId];
        require(net.status != DatanetStatus.None, DatanetNotFound(datanetId));
    }

    function _existingBatch(uint256 datanetId, uint64 batchNo) private view returns (Batch storage found) {
        found = _batches[datanetId][batchNo];
        require(found.leaves != 0, BatchNotFound(datanetId, batchNo));
    }

    function _owned(uint256 datanetId) private view returns (Datanet storage net) {
        net = _existing(datanetId);
        require(net.owner == msg.sender, NotDatanetOwner(datanetId, msg.sender));
    }
}
