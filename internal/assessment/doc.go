// Package assessment keeps impact assessments: answers to a template's questions, what they score, and who has approved them.
//
// DRAFT -> IN_REVIEW -> APPROVED -> PUBLISHED, and IN_REVIEW -> DRAFT with a reason. What is handed in becomes a version that never
// changes; nobody approves or publishes their own work, and an approval names the version that was read by its hash. What answers
// mean and weigh is decided by package questionnaire.
package assessment
