//go:build !linux

package tether

import "syscall"

// bind does nothing: only Linux tells a child that its parent died.
func bind(*syscall.SysProcAttr, syscall.Signal) {}
