// Package principle reads the principles of ethical frameworks: what is to hold, by a key that all versions of a framework have in common.
//
// PRESENT -> REMOVED, while the framework is written or in review; what was said of a principle stays. Whoever sees the framework sees its
// principles. Package framework writes them.
package principle
