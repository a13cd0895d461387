// Package filing keeps the assessments that firms have handed to regulators.
//
// FILED -> ACKNOWLEDGED | RETURNED. What is filed is a version, by the hash of its content: approved or published, and as it is now. A
// regulator is one of the firm's jurisdictions, or one that calls on the firm: who has moved since can still answer. Only the firm, the
// regulator and oversight see a filing; while it is not returned, the regulator reads the assessment. When what was filed is
// superseded, out of date or revoked, acts on the filing tell the regulator.
package filing
