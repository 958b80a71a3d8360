// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAdapterRegistry} from "./interfaces/IAdapterRegistry.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC2981} from "@openzeppelin/contracts/token/common/ERC2981.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title AdapterRegistry
/// @notice See {IAdapterRegistry}.
contract AdapterRegistry is IAdapterRegistry, AccessManaged, ERC721, ERC2981, EIP712, Nonces {
    /// @notice The AccessManager role whose members' vouchers are accepted.
    uint64 public constant ATTESTOR_ROLE = 1;
    uint16 public constant MAX_ROYALTY_BPS = 1000;

    bytes32 private constant ADAPTER_VOUCHER_TYPEHASH = keccak256(
        "AdapterVoucher(address creator,bytes32 artifactHash,bytes32 baseModelHash,bytes32 provenanceRoot,bytes32 evaluationHash,bytes32 cardHash,bytes32 runCommit,uint16 royaltyBps,string uri,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant PUBLISH_TYPEHASH = keccak256(
        "Publish(address creator,bytes32 artifactHash,bytes32 baseModelHash,bytes32 provenanceRoot,bytes32 evaluationHash,bytes32 cardHash,bytes32 runCommit,uint16 royaltyBps,string uri,uint256 nonce,uint256 deadline)"
    );

    uint48 private _adapterCount;
    mapping(uint256 tokenId => Record) private _records;
    mapping(bytes32 artifactHash => uint256 tokenId) private _tokenOfArtifact;
    mapping(address committer => mapping(bytes32 runCommit => RunCommit)) private _runCommits;

    constructor(address authority)
        AccessManaged(authority)
        ERC721("ModelFactory Adapter", "MFA")
        EIP712("ModelFactory AdapterRegistry", "1")
    {}

    function commitRun(bytes32 runCommit) external {
        require(runCommit != 0, RunCommitMissing());
        RunCommit storage run = _runCommits[msg.sender][runCommit];
        require(run.blockNumber == 0, RunAlreadyCommitted(msg.sender, runCommit, run.blockNumber));
        run.blockNumber = uint64(block.number);
        emit RunCommitted(runCommit, msg.sender, uint64(block.number));
    }

    function publish(Pub calldata pub, bytes calldata voucherSignature) external returns (uint256) {
        require(pub.creator == msg.sender, NotCreator(pub.creator, msg.sender));
        return _publish(pub, voucherSignature);
    }

    function publishFor(
        Pub calldata pub,
        uint256 deadline,
        bytes calldata creatorSignature,
        bytes calldata voucherSignature
    ) external returns (uint256) {
        require(block.timestamp <= deadline, PublishExpired(deadline, block.timestamp));
        require(
            SignatureChecker.isValidSignatureNowCalldata(pub.creator, publishDigest(pub, deadline), creatorSignature),
            CreatorSignatureInvalid(pub.creator)
        );
        return _publish(pub, voucherSignature);
    }

    function setStatus(uint256 tokenId, AdapterStatus status, bytes32 reason, uint256 successorId) external {
        Record storage rec = _existing(tokenId);
        AdapterStatus current = rec.status;
        require(status > current, StatusNotForward(tokenId, current, status));

        bool isSuperseding = status == AdapterStatus.Superseded;
        bool isSuccessorRight = isSuperseding ? successorId > tokenId && successorId <= _adapterCount : successorId == 0;
        require(isSuccessorRight, SuccessorInvalid(tokenId, successorId));
        bool isHolder = isSuperseding && ownerOf(tokenId) == msg.sender && ownerOf(successorId) == msg.sender;
        if (!isHolder) _checkCanCall(msg.sender, msg.data);

        rec.status = status;
        // Checked above to be at most _adapterCount, which is a uint48.
        // forge-lint: disable-next-line(unsafe-typecast)
        if (isSuperseding) rec.supersededBy = uint48(successorId);
        emit StatusSet(tokenId, current, status, reason, successorId, msg.sender);
    }

    function adapterCount() external view returns (uint256) {
        return _adapterCount;
    }

    function record(uint256 tokenId) external view returns (Record memory) {
        return _existing(tokenId);
    }

    function tokenOfArtifact(bytes32 artifactHash) external view returns (uint256) {
        return _tokenOfArtifact[artifactHash];
    }

    function runCommitOf(address committer, bytes32 runCommit) external view returns (RunCommit memory) {
        return _runCommits[committer][runCommit];
    }

    function adapterVoucherDigest(Pub calldata pub) public view returns (bytes32) {
        return _digest(ADAPTER_VOUCHER_TYPEHASH, pub, pub.deadline);
    }

    function publishDigest(Pub calldata pub, uint256 deadline) public view returns (bytes32) {
        return _digest(PUBLISH_TYPEHASH, pub, deadline);
    }

    /// @notice The card's hash as an RFC 6920 name, so that the metadata is content-addressed and never changes.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        return string.concat("ni:///sha-256;", Base64.encodeURL(bytes.concat(_existing(tokenId).cardHash)));
    }

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 interfaceId) public view override(ERC721, ERC2981) returns (bool) {
        return super.supportsInterface(interfaceId);
    }

    function _publish(Pub calldata pub, bytes calldata voucherSignature) private returns (uint256 tokenId) {
        require(block.timestamp <= pub.deadline, VoucherExpired(pub.deadline, block.timestamp));
        require(
            pub.artifactHash != 0 && pub.baseModelHash != 0 && pub.provenanceRoot != 0 && pub.evaluationHash != 0
                && pub.cardHash != 0,
            HashMissing()
        );
        require(pub.royaltyBps <= MAX_ROYALTY_BPS, RoyaltyTooHigh(pub.royaltyBps, MAX_ROYALTY_BPS));
        uint256 existing = _tokenOfArtifact[pub.artifactHash];
        require(existing == 0, ArtifactAlreadyPublished(pub.artifactHash, existing));

        address attestor = ECDSA.recoverCalldata(adapterVoucherDigest(pub), voucherSignature);
        (bool isAttestor,) = IAccessManager(authority()).hasRole(ATTESTOR_ROLE, attestor);
        require(isAttestor, NotAttestor(attestor));
        _useCheckedNonce(pub.creator, pub.nonce);

        uint48 newId = ++_adapterCount;
        tokenId = newId;
        _useRunCommit(pub.creator, pub.runCommit, newId);
        _tokenOfArtifact[pub.artifactHash] = tokenId;
        _records[tokenId] = Record({
            artifactHash: pub.artifactHash,
            baseModelHash: pub.baseModelHash,
            provenanceRoot: pub.provenanceRoot,
            evaluationHash: pub.evaluationHash,
            cardHash: pub.cardHash,
            runCommit: pub.runCommit,
            creator: pub.creator,
            publishedAt: uint40(block.timestamp),
            status: AdapterStatus.Active,
            supersededBy: 0
        });
        if (pub.royaltyBps != 0) _setTokenRoyalty(tokenId, pub.creator, pub.royaltyBps);
        // Not _safeMint: a receiver's callback must not be able to block or re-enter a publication.
        _mint(pub.creator, tokenId);
        emit Published(tokenId, pub.creator, pub.artifactHash, attestor, pub);
    }

    function _useRunCommit(address creator, bytes32 runCommit, uint48 tokenId) private {
        RunCommit storage run = _runCommits[creator][runCommit];
        require(run.blockNumber != 0, RunNotCommitted(creator, runCommit));
        require(run.usedBy == 0, RunAlreadyPublished(runCommit, run.usedBy));
        run.usedBy = tokenId;
    }

    function _existing(uint256 tokenId) private view returns (Record storage rec) {
        rec = _records[tokenId];
        require(rec.status != AdapterStatus.None, AdapterNotFound(tokenId));
    }

    function _digest(bytes32 typeHash, Pub calldata pub, uint256 deadline) private view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    typeHash,
                    pub.creator,
                    pub.artifactHash,
                    pub.baseModelHash,
                    pub.provenanceRoot,
                    pub.evaluationHash,
                    pub.cardHash,
                    pub.runCommit,
                    pub.royaltyBps,
                    keccak256(bytes(pub.uri)),
                    pub.nonce,
                    deadline
                )
            )
        );
    }
}
