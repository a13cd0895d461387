// Package party keeps the stakeholders and the members that act for them.
//
// A stakeholder is PENDING until an admin approves it, then ACTIVE, and SUSPENDED when an admin suspends it. The first use
// of a token creates its member. A member acts for at most one stakeholder; the member of a customer gets a pseudonymous
// stakeholder automatically. Nothing public names a member.
package party
