// Package assessment keeps the impact assessments of practices.
//
// DRAFT -> IN_REVIEW -> APPROVED -> PUBLISHED, and IN_REVIEW -> DRAFT with a reason. Nobody approves or publishes their own
// work, and an approval names the content that was read by its hash. This is the first form: an assessment names its
// template by key and version; scoring, consultation and sign-offs come with the templates themselves.
package assessment
