package photo

import (
	"encoding/binary"
	"image"
)

// worstJPEG is four colours, with all coefficients of a progressive file, and the copy that four colours are turned by.
const worstJPEG = 4*(1+4) + 4.0

// jpegMemory reads the header of the frame: a progressive file keeps every coefficient, in 4 bytes, until its end.
func jpegMemory(file []byte, _ image.Config) float64 {
	frame, progressive := jpegFrame(file)
	const fixed = 6 // precision, height, width, number of colours
	if len(frame) < fixed || len(frame) < fixed+3*int(frame[5]) {
		return worstJPEG
	}
	var samples, most int
	colours := int(frame[5])
	for i := range colours {
		factors := frame[fixed+3*i+1]
		n := int(factors>>4) * int(factors&15)
		samples, most = samples+n, max(most, n)
	}
	if most == 0 || colours > 4 {
		return worstJPEG
	}
	each := float64(samples) / float64(most)
	if progressive {
		each *= 1 + 4
	}
	if colours == 4 {
		each += 4
	}
	return each
}

// jpegFrame is the first header of a frame, without its marker and length (ITU T.81, B.2.2); nil when it is not where it
// should be.
func jpegFrame(file []byte) (frame []byte, progressive bool) {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		marker := file[at+1]
		if marker == 0xff { // filling
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(file[at+2:]))
		if length < 2 || at+2+length > len(file) {
			return nil, false
		}
		if marker >= 0xc0 && marker <= 0xc2 {
			return file[at+4 : at+2+length], marker == 0xc2
		}
		at += 2 + length
	}
	return nil, false
}
