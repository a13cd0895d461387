//go:build !linux

package cluster

import "syscall"

// dieWithParent can only set the owner here: other systems have no signal at a parent's death.
func dieWithParent(owner *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: owner, Setpgid: true}
}
