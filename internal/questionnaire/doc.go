// Package questionnaire holds what is pure about impact assessments: the document of a template, the language of its conditions,
// answers, scores and what changed between two of them. It asks no database, clock or policy, writes nothing anywhere, and computes
// in integers only. Formulas are those of the product's design, after Canada's Directive on Automated Decision-Making.
//
// A Document is what is written down. Read and Check make a Template of it, which is checked as a whole, compiled and never changes.
// Answers by the keys of questions become a Set, which shows what is visible and what it scores.
package questionnaire
