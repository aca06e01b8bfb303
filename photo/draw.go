package photo

import (
	"image"
	"image/draw"

	xdraw "golang.org/x/image/draw"
)

// shrunk is a picture on white with its longest side at most so many pixels. Whole blocks of pixels become one, so that
// nothing that was there is lost between them; the rest, less than by half, is interpolated.
func shrunk(src image.Image, longest int) *image.RGBA {
	b := src.Bounds()
	w, h := fitted(b.Dx(), b.Dy(), longest)
	coarse := blocks(src, max(1, min(b.Dx()/w, b.Dy()/h)))
	if coarse.Rect.Dx() == w && coarse.Rect.Dy() == h {
		return coarse
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	xdraw.ApproxBiLinear.Scale(out, out.Rect, coarse, coarse.Rect, xdraw.Src, nil)
	return out
}

// drawing is what shrinking and turning a picture takes beside the picture, in bytes.
func drawing(width, height int) int {
	w, h := fitted(width, height, large)
	n := max(1, min(width/w, height/h))
	coarse, strip, out := (width/n)*(height/n), width*n, w*h
	return 4 * (coarse + strip + 2*out)
}

func fitted(w, h, longest int) (int, int) {
	most := max(w, h)
	if most <= longest {
		return w, h
	}
	return max(1, w*longest/most), max(1, h*longest/most)
}

// blocks has one pixel for each n × n of the source. It takes the source strip by strip: a copy of a whole one in another
// form would take more memory than the picture.
func blocks(src image.Image, n int) *image.RGBA {
	b := src.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()/n, b.Dy()/n))
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), n))
	for y := range out.Rect.Dy() {
		draw.Draw(strip, strip.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(strip, strip.Rect, src, image.Pt(b.Min.X, b.Min.Y+y*n), draw.Over)
		averaged(out.Pix[y*out.Stride:], strip, n)
	}
	return out
}

// averaged writes a row of pixels, each the mean of a block of the strip.
func averaged(row []byte, strip *image.RGBA, n int) {
	area := n * n
	for x := range strip.Rect.Dx() / n {
		var sum [4]int
		for dy := range n {
			line := strip.Pix[dy*strip.Stride+x*n*4:]
			for dx := 0; dx < n*4; dx += 4 {
				for c := range 4 {
					sum[c] += int(line[dx+c])
				}
			}
		}
		for c := range 4 {
			row[x*4+c] = byte((sum[c] + area/2) / area)
		}
	}
}

// upright turns a picture by its Exif orientation (JEITA CP-3451, 4.6.4): 2 to 8 name where its first row and column are.
func upright(src *image.RGBA, way int) *image.RGBA {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	from := map[int]func(x, y int) (int, int){
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, h - 1 - x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return w - 1 - y, x },
	}[way]
	if from == nil {
		return src
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if way >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sx, sy := from(x, y)
			copy(out.Pix[out.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):])
		}
	}
	return out
}
