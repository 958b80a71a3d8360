// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Datanets, their validators and their frozen batches
/// @notice A batch is a Merkle root over salted row leaves. It counts only when a quorum of the Datanet's validators
/// has signed it, it can never be changed, and batch numbers run 1, 2, 3 without a gap.
///
/// Domain of every typed message here: `EIP712Domain(string name,string version,uint256 chainId,address
/// verifyingContract)` with name "ModelFactory DatanetRegistry" and version "1".
///
/// A leaf stands for one row: `keccak256(keccak256(abi.encode(bytes32 rowHash, address contributor, bytes32 salt)))`,
/// where rowHash is the SHA-256 of the RFC 8785 JSON of the row's five NFC strings (answer, category, prompt, source,
/// system). The salt is random per row and lives with the row, so deleting both leaves nothing that can be guessed.
/// The tree is the sorted-pair tree of OpenZeppelin merkle-tree (StandardMerkleTree). Golden cases: contracts/vectors.
interface IDatanetRegistry {
    /// @notice `None` marks a Datanet that was never created. A closed Datanet takes no batch until it is opened again.
    enum DatanetStatus {
        None,
        Open,
        Closed
    }

    struct Datanet {
        address owner;
        DatanetStatus status;
        uint16 quorum;
        uint64 batches;
        address pendingOwner;
        bytes32 policyHash;
    }

    struct Batch {
        bytes32 root;
        bytes32 manifestHash;
        uint64 leaves;
        uint64 committedAt;
    }

    /// @notice One review sitting, signed off chain and listed in the snapshot manifest; never sent to the chain.
    /// @param votesHash SHA-256 of the RFC 8785 JSON of the decisions made in the sitting
    /// @param sampled How many items the validator was shown, decided or not
    /// @param nonce The validator's own running number of sittings in this Datanet
    struct ReviewVote {
        uint256 datanetId;
        address validator;
        bytes32 votesHash;
        uint64 accepted;
        uint64 rejected;
        uint64 sampled;
        uint256 nonce;
        uint256 deadline;
    }

    error DatanetNotFound(uint256 datanetId);
    error DatanetNotOpen(uint256 datanetId);
    error BatchNotFound(uint256 datanetId, uint64 batchNo);
    error NotDatanetOwner(uint256 datanetId, address caller);
    error NotPendingOwner(uint256 datanetId, address caller);
    error PolicyHashMissing();
    error RootMissing();
    error ManifestHashMissing();
    error BatchEmpty();
    error QuorumZero(uint256 datanetId);
    error QuorumNotReached(uint256 datanetId, uint256 signatures, uint16 quorum);
    error ApprovalExpired(uint256 deadline, uint256 currentTime);
    error SignerCountMismatch(uint256 signers, uint256 signatures);
    error SignersNotAscending(address previous, address signer);
    error SignerNotValidator(uint256 datanetId, address signer);
    error SignerIsOwner(uint256 datanetId, address signer);
    error SignatureInvalid(address signer);
    error ValidatorMissing();
    error OwnerCannotValidate(uint256 datanetId, address owner);
    error StatusUnchanged(uint256 datanetId, DatanetStatus status);

    event DatanetCreated(uint256 indexed datanetId, address indexed owner, bytes32 policyHash);
    event BatchCommitted(
        uint256 indexed datanetId,
        uint64 indexed batchNo,
        bytes32 indexed root,
        bytes32 manifestHash,
        bytes32 policyHash,
        uint64 leaves,
        address[] signers
    );
    event PolicySet(uint256 indexed datanetId, bytes32 previousPolicyHash, bytes32 policyHash);
    event ValidatorSet(uint256 indexed datanetId, address indexed account, bool active);
    event QuorumSet(uint256 indexed datanetId, uint16 quorum);
    event DatanetStatusSet(uint256 indexed datanetId, DatanetStatus status);
    event OwnerTransferStarted(uint256 indexed datanetId, address indexed owner, address indexed pendingOwner);
    event OwnerTransferred(uint256 indexed datanetId, address indexed previousOwner, address indexed owner);

    /// @notice Makes a Datanet owned by the caller, open, with quorum 1 and no validator.
    /// @param policyHash SHA-256 of the canonical policy (goal, name, purpose, guidelines, licence, labels)
    /// @return datanetId Dense from 1
    function create(bytes32 policyHash) external returns (uint256 datanetId);

    /// @notice Freezes the next batch. Anyone may send it: what counts are the validators' signatures.
    /// @dev Each signer signs, for batchNo = batches + 1, the type
    /// `BatchApproval(uint256 datanetId,uint64 batchNo,bytes32 root,uint64 leaves,bytes32 manifestHash,uint256 deadline)`.
    /// Signers come in ascending address order without repeats, each an active validator and none the owner;
    /// `signatures[i]` belongs to `signers[i]` and may be ECDSA or ERC-1271.
    /// @param deadline Unix seconds; the batch is still accepted in a block at exactly that time
    /// @return batchNo Dense from 1 within the Datanet
    function commitBatch(
        uint256 datanetId,
        bytes32 root,
        uint64 leaves,
        bytes32 manifestHash,
        uint256 deadline,
        address[] calldata signers,
        bytes[] calldata signatures
    ) external returns (uint64 batchNo);

    /// @notice Sets the policy that batches from now on are made under. Owner only.
    function setPolicy(uint256 datanetId, bytes32 policyHash) external;

    /// @notice Grants or takes back the right to approve batches. Owner only. Works while paused.
    function setValidator(uint256 datanetId, address account, bool active) external;

    /// @notice Sets how many validators must sign a batch, at least 1. Owner only.
    function setQuorum(uint256 datanetId, uint16 quorum) external;

    /// @notice Closes or reopens a Datanet. Owner only.
    function setOpen(uint256 datanetId, bool open) external;

    /// @notice Offers the Datanet to `pendingOwner`, who must accept; the zero address withdraws the offer. Owner only.
    function transferOwner(uint256 datanetId, address pendingOwner) external;

    /// @notice Takes over an offered Datanet. A new owner who was a validator stops being one.
    function acceptOwner(uint256 datanetId) external;

    /// @notice Stops `create` and `commitBatch`. By AccessManager role.
    function pause() external;

    /// @notice Ends a pause. By AccessManager role.
    function unpause() external;

    function datanetCount() external view returns (uint256);
    function datanet(uint256 datanetId) external view returns (Datanet memory);
    function batch(uint256 datanetId, uint64 batchNo) external view returns (Batch memory);
    function isValidator(uint256 datanetId, address account) external view returns (bool);

    /// @notice Whether `leaf` is in the committed batch.
    function verify(uint256 datanetId, uint64 batchNo, bytes32 leaf, bytes32[] calldata proof)
        external
        view
        returns (bool);

    /// @notice The leaf of one row.
    function leafOf(bytes32 rowHash, address contributor, bytes32 salt) external pure returns (bytes32);

    /// @notice The EIP-712 digest a validator signs to approve a batch.
    function batchApprovalDigest(
        uint256 datanetId,
        uint64 batchNo,
        bytes32 root,
        uint64 leaves,
        bytes32 manifestHash,
        uint256 deadline
    ) external view returns (bytes32);

    /// @notice The EIP-712 digest of a review sitting, of the type
    /// `ReviewVote(uint256 datanetId,address validator,bytes32 votesHash,uint64 accepted,uint64 rejected,uint64 sampled,uint256 nonce,uint256 deadline)`.
    function reviewVoteDigest(ReviewVote calldata vote) external view returns (bytes32);
}
