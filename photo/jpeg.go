package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"iter"
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

// jpegFrame is the first header of a frame, without its marker and length (ITU T.81, B.2.2); nil when there is none.
func jpegFrame(file []byte) (frame []byte, progressive bool) {
	for marker, segment := range segments(file) {
		if marker >= 0xc0 && marker <= 0xc2 {
			return segment, marker == 0xc2
		}
	}
	return nil, false
}

// maxScans is how many times a JPEG may go over its picture: those that cameras and programs write do it ten times or so. Each is the work
// of the whole picture, and may take no more than 54 bytes of the file: so many over 30 megapixels were 2 to 4 seconds of a core.
const maxScans = 100

// manyScans reports whether there are more.
func manyScans(file []byte) bool {
	const scan = 0xda
	n := 0
	for marker := range segments(file) {
		if marker == scan {
			n++
		}
	}
	return n > maxScans
}

// segments of a JPEG by their markers, without their lengths, to the end of the picture or of what is whole. What is coded between two of
// them is no marker where 0 follows 0xff, or a number for starting again (B.1.1.5). The decoder of the standard library finds the same
// ones, also where something else stands between them, or it refuses the file: what it would unpack is what is looked at here.
func segments(file []byte) iter.Seq2[byte, []byte] {
	const first, last, end = 0xd0, 0xd7, 0xd9 // of the numbers for starting again; of the picture
	return func(yield func(byte, []byte) bool) {
		for at := 2; ; {
			gap := bytes.IndexByte(file[min(at, len(file)):], 0xff)
			if gap < 0 {
				return
			}
			for at += gap; at < len(file) && file[at] == 0xff; at++ { // it may be repeated to fill
			}
			if at == len(file) || file[at] == end {
				return
			}
			marker, rest := file[at], file[at+1:]
			at++
			if marker == 0 || marker >= first && marker <= last {
				continue
			}
			if len(rest) < 2 {
				return
			}
			length := int(binary.BigEndian.Uint16(rest))
			if length < 2 || length > len(rest) || !yield(marker, rest[2:length]) {
				return
			}
			at += length
		}
	}
}
