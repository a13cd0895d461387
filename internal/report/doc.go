// Package report is the model of reports and what is made of it: JSON, a package of CSV files, a spreadsheet, HTML, PDF, Markdown and
// JSON-LD, with the signed note that covers them and its verification. It is pure: it reads no database, no clock and no network, and a
// document always gives the same bytes, in any time zone, locale and process.
//
// A Document is what is reported. Everything else follows from the types of the model: the fields of a table, the columns of the
// dictionary and the JSON Schema come from the same struct tags, so that no format can forget a field.
package report
