// Package amendment keeps the texts that parties want in the place of a proposal's.
//
// DRAFT -> PROPOSED -> ACCEPTED | REJECTED | WITHDRAWN; REJECTED -> PROMOTED. A draft is its party's own; once it is proposed, whoever sees the
// proposal sees it, unless it is hidden. The proposal's author accepts it, which makes a version of the proposal, or rejects it with a reason. An
// amendment changes one version: of a later one it takes nothing back, so it is accepted only while its base is the present version. A
// rejected one may become a proposal of its own. All but a draft -> HIDDEN by a moderator, with a published reason, and back.
package amendment
