package encoder

// A product is worked out in tiles of so many rows and columns: as much as fits the registers of a processor.
const (
	tileRows = 6
	tileCols = 16
)

// rowsFor n rows of which a whole number of tiles is made.
func rowsFor(n int) int { return (n + tileRows - 1) / tileRows * tileRows }

// colsFor n columns.
func colsFor(n int) int { return (n + tileCols - 1) / tileCols * tileCols }

// weights of a linear layer: panels of 16 output columns, each a run of 16 bytes for every input.
type weights struct {
	in, out int
	panels  []int8
	scale   []float32 // of each output
	bias    []float32
}

// times is c = a · w: rows (a multiple of tileRows) of w.in values, lda apart, to rows of w.out values, ldc apart.
func (w *weights) times(a []float32, lda, rows int, c []float32, ldc int) {
	for col := 0; col < w.out; col += tileCols {
		panel := w.panels[col*w.in:][:w.in*tileCols]
		for row := 0; row < rows; row += tileRows {
			if wide {
				tileBytes(w.in, &a[row*lda], lda, &panel[0], &w.scale[col], &w.bias[col], &c[row*ldc+col], ldc)
			} else {
				plainTile(w.in, a[row*lda:], lda, panel, w.scale[col:], w.bias[col:], c[row*ldc+col:], ldc)
			}
		}
	}
}

// timesFloats is c = factor · a · b, with b as panels of 16 columns of k values.
func timesFloats(a []float32, lda, rows, k int, b []float32, cols int, factor *[tileCols]float32, c []float32, ldc int) {
	for col := 0; col < cols; col += tileCols {
		panel := b[col*k:][:k*tileCols]
		for row := 0; row < rows; row += tileRows {
			if wide {
				tileFloats(k, &a[row*lda], lda, &panel[0], &factor[0], &nothing[0], &c[row*ldc+col], ldc)
			} else {
				plainTile(k, a[row*lda:], lda, panel, factor[:], nothing[:], c[row*ldc+col:], ldc)
			}
		}
	}
}

var nothing [tileCols]float32

// plainTile does on any machine what the tiles in assembler do.
func plainTile[T int8 | float32](k int, a []float32, lda int, b []T, scale, bias, c []float32, ldc int) {
	for row := range tileRows {
		var sums [tileCols]float32
		for i, v := range a[row*lda:][:k] {
			for j, w := range b[i*tileCols:][:tileCols] {
				sums[j] += v * float32(w)
			}
		}
		for j, s := range sums {
			c[row*ldc+j] = s*scale[j] + bias[j]
		}
	}
}
