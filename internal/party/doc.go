// Package party keeps the stakeholders and the members that act for them.
//
// A stakeholder is PENDING until an admin approves it, then ACTIVE, and SUSPENDED when an admin bars it. A member is made
// at the first use of its token and acts for at most one stakeholder; a customer's member gets a pseudonymous stakeholder
// by itself. Nothing public names a member.
package party
