// Package party keeps the stakeholders and the members that act for them.
//
// A stakeholder is PENDING until an admin approves it, then ACTIVE, and SUSPENDED when an admin suspends it. One that an admin
// rejects is REJECTED, with a reason, until it corrects itself and is PENDING again. Only one that was
// admitted at some time is public. The first use
// of a token creates its member. A member acts for at most one stakeholder; the member of a customer gets a pseudonymous
// stakeholder automatically. Nothing public names a member.
package party
