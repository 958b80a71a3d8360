// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Stock OpenZeppelin that we deploy as it is: imported here so that forge compiles it with our settings.
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
