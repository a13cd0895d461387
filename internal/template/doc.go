// Package template keeps the templates of impact assessments, in versions.
//
// DRAFT -> ACTIVE -> RETIRED. The document of a version never changes: what is imported with another content is another version.
// What a document may say is decided by package questionnaire.
package template
