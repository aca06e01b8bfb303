package pages

import (
	"fmt"
	"strings"

	"rsc.io/qr"

	"wherewithal/web/pages/view"
)

const quietZone = 4 // modules of white around the code, as the standard asks

// qrOf draws a link as a code for phones, in one path of runs: a poster on a hall's board leads to its page. The zero
// value when the link is too long for one.
func qrOf(link string) view.QR {
	code, err := qr.Encode(link, qr.M)
	if err != nil {
		return view.QR{}
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for x+run < code.Size && code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quietZone, y+quietZone, run, run)
				x += run
			}
		}
	}
	return view.QR{Size: code.Size + 2*quietZone, Path: path.String(), Link: link}
}
