// Package assessment keeps impact assessments: answers to a template's questions, what they score, who was consulted on them and who
// has signed them.
//
// DRAFT -> IN_CONSULTATION -> IN_REVIEW -> APPROVED -> PUBLISHED -> OUTDATED -> SUPERSEDED, back to DRAFT by recalling, to CHANGES_REQUESTED
// by returning, and to WITHDRAWN or REVOKED; docs/assessments.md has the table. Content changes in DRAFT and CHANGES_REQUESTED only: what
// everybody was consulted on is a version that never changes, and is what is signed, by its hash. Nobody signs what they wrote. What
// answers mean and weigh is decided by package questionnaire.
package assessment
