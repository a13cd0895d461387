// Package contentreport keeps what parties ask moderators to look at.
//
// OPEN -> SETTLED, when a moderator hides what was reported or dismisses its reports. A party reports a thing once, and may say it in
// other words while its report is open. Moderators see who reported what; the party whose words are reported never does.
package contentreport
