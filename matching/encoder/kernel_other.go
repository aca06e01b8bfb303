//go:build !amd64

package encoder

const wide = false

func tileBytes(int, *float32, int, *int8, *float32, *float32, *float32, int) { panic("no such tile") }

func tileFloats(int, *float32, int, *float32, *float32, *float32, *float32, int) {
	panic("no such tile")
}
