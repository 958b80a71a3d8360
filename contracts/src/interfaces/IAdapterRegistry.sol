// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Published adapters: one token per artifact, its record unchangeable
/// @notice A run is announced first (`commitRun`: a salted hash of split, metric and hypothesis), trained and measured
/// off chain, and then published by its creator with a voucher from an attestor who has re-hashed and re-loaded the
/// files. Only the status of a record ever changes, and only forward.
///
/// Domain of every typed message here: `EIP712Domain(string name,string version,uint256 chainId,address
/// verifyingContract)` with name "ModelFactory AdapterRegistry" and version "1". Golden cases: contracts/vectors.
interface IAdapterRegistry {
    /// @notice In order; a status moves only to a later one. `None` marks a token that does not exist.
    enum AdapterStatus {
        None,
        Active,
        Affected,
        Superseded,
        Revoked
    }

    /// @notice What is published. All hashes are SHA-256.
    /// @param creator Who gets the token; who must have committed the run
    /// @param artifactHash The bytes of adapter_model.safetensors
    /// @param baseModelHash RFC 8785 JSON of {files: {name: sha256}} of the base model
    /// @param provenanceRoot RFC 8785 JSON of {batches: [{datanetId, batch, root}], configHash, metricsHash}
    /// @param evaluationHash The bytes of evaluation.json
    /// @param cardHash RFC 8785 JSON of card.json
    /// @param runCommit What the creator committed before training
    /// @param royaltyBps Advisory ERC-2981 royalty to the creator, 1/10000ths, at most 1000
    /// @param uri Where the files are; kept in the event only
    /// @param nonce The creator's current `nonces(creator)`; each publication uses one up
    /// @param deadline Until when the voucher holds, Unix seconds inclusive
    struct Pub {
        address creator;
        bytes32 artifactHash;
        bytes32 baseModelHash;
        bytes32 provenanceRoot;
        bytes32 evaluationHash;
        bytes32 cardHash;
        bytes32 runCommit;
        uint16 royaltyBps;
        string uri;
        uint256 nonce;
        uint256 deadline;
    }

    struct Record {
        bytes32 artifactHash;
        bytes32 baseModelHash;
        bytes32 provenanceRoot;
        bytes32 evaluationHash;
        bytes32 cardHash;
        bytes32 runCommit;
        address creator;
        uint40 publishedAt;
        AdapterStatus status;
        uint48 supersededBy;
    }

    /// @param blockNumber Block of the commitment, 0 when there is none
    /// @param usedBy Token published from it, 0 while there is none
    struct RunCommit {
        uint64 blockNumber;
        uint48 usedBy;
    }

    error AdapterNotFound(uint256 tokenId);
    error RunCommitMissing();
    error RunAlreadyCommitted(address committer, bytes32 runCommit, uint64 blockNumber);
    error RunNotCommitted(address creator, bytes32 runCommit);
    error RunAlreadyPublished(bytes32 runCommit, uint256 tokenId);
    error NotCreator(address creator, address caller);
    error HashMissing();
    error ArtifactAlreadyPublished(bytes32 artifactHash, uint256 tokenId);
    error RoyaltyTooHigh(uint16 royaltyBps, uint16 maxRoyaltyBps);
    error VoucherExpired(uint256 deadline, uint256 currentTime);
    error PublishExpired(uint256 deadline, uint256 currentTime);
    error NotAttestor(address signer);
    error CreatorSignatureInvalid(address creator);
    error StatusNotForward(uint256 tokenId, AdapterStatus current, AdapterStatus requested);
    error SuccessorInvalid(uint256 tokenId, uint256 successorId);

    event RunCommitted(bytes32 indexed runCommit, address indexed committer, uint64 blockNumber);
    event Published(
        uint256 indexed tokenId, address indexed creator, bytes32 indexed artifactHash, address attestor, Pub pub
    );
    /// @param reason SHA-256 of the published reason, 0 for none: no free text, because nothing here can be erased
    /// @param by Who set it
    event StatusSet(
        uint256 indexed tokenId,
        AdapterStatus previous,
        AdapterStatus indexed status,
        bytes32 reason,
        uint256 successorId,
        address indexed by
    );

    /// @notice Announces a run before it is trained. Kept per committer, so nobody can take another's commitment by
    /// sending its hash first, and never overwritten. One commitment yields at most one published adapter.
    function commitRun(bytes32 runCommit) external;

    /// @notice Publishes as the creator, with an attestor's signature over the type
    /// `AdapterVoucher(address creator,bytes32 artifactHash,bytes32 baseModelHash,bytes32 provenanceRoot,bytes32 evaluationHash,bytes32 cardHash,bytes32 runCommit,uint16 royaltyBps,string uri,uint256 nonce,uint256 deadline)`.
    /// @return tokenId Dense from 1
    function publish(Pub calldata pub, bytes calldata voucherSignature) external returns (uint256 tokenId);

    /// @notice Publishes for a creator who signed (ECDSA or ERC-1271), in addition to the voucher, the type
    /// `Publish(address creator,bytes32 artifactHash,bytes32 baseModelHash,bytes32 provenanceRoot,bytes32 evaluationHash,bytes32 cardHash,bytes32 runCommit,uint16 royaltyBps,string uri,uint256 nonce,uint256 deadline)`,
    /// where deadline is this function's argument and not the voucher's.
    function publishFor(
        Pub calldata pub,
        uint256 deadline,
        bytes calldata creatorSignature,
        bytes calldata voucherSignature
    ) external returns (uint256 tokenId);

    /// @notice Moves a status forward. By AccessManager role; the token's holder may mark it superseded by a later
    /// token that they hold as well.
    /// @param reason SHA-256 of the published reason, or 0
    /// @param successorId A later token, given exactly when the new status is Superseded; otherwise 0
    function setStatus(uint256 tokenId, AdapterStatus status, bytes32 reason, uint256 successorId) external;

    function adapterCount() external view returns (uint256);
    function record(uint256 tokenId) external view returns (Record memory);

    /// @return tokenId 0 when the artifact is not published
    function tokenOfArtifact(bytes32 artifactHash) external view returns (uint256 tokenId);
    function runCommitOf(address committer, bytes32 runCommit) external view returns (RunCommit memory);

    /// @notice The EIP-712 digest an attestor signs.
    function adapterVoucherDigest(Pub calldata pub) external view returns (bytes32);

    /// @notice The EIP-712 digest a creator signs for `publishFor`.
    function publishDigest(Pub calldata pub, uint256 deadline) external view returns (bytes32);
}
