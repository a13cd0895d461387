//go:build !linux

package cluster

import "syscall"

// dieWithParent sets only the owner: only Linux can send a signal when the parent dies.
func dieWithParent(owner *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: owner, Setpgid: true}
}
