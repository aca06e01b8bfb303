package encoder

import "golang.org/x/sys/cpu"

//go:noescape
func tileBytes(k int, a *float32, lda int, b *int8, scale, bias, c *float32, ldc int)

//go:noescape
func tileFloats(k int, a *float32, lda int, b, scale, bias, c *float32, ldc int)

// wide reports whether this machine has what the tiles in assembler use; any machine since about 2013.
var wide = cpu.X86.HasAVX2 && cpu.X86.HasFMA
