package tether

import "syscall"

func bind(attr *syscall.SysProcAttr, last syscall.Signal) { attr.Pdeathsig = last }
