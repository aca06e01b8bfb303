package pages

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// snapshot is a photo of 12 megapixels with about as much in it as one of a hall has.
func snapshot(b *testing.B) string {
	b.Helper()
	m := image.NewYCbCr(image.Rect(0, 0, 4032, 3024), image.YCbCrSubsampleRatio420)
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range m.Y {
		x, y := float64(i%m.YStride), float64(i/m.YStride)
		m.Y[i] = uint8(128 + 60*math.Sin(x/90)*math.Cos(y/70) + 14*(dice.Float64()-.5))
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = uint8(110+i%40), uint8(130+i/m.CStride%30)
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, m, &jpeg.Options{Quality: 85}); err != nil {
		b.Fatal(err)
	}
	return file.String()
}

// From sending a photo of a phone to having its large print back, over HTTP, with the page that is shown between.
func BenchmarkPhotoUploadToReady(b *testing.B) {
	h := open(b)
	giver := h.browser()
	giver.signIn("host@hall.example", "Joan")
	giver.found("Maze Hill Rooms")
	path := "/listings/" + string(giver.says("/offer", "Church hall for 80, step-free, Thursdays 6 to 10 pm")) + "/photos"
	sent := map[string]string{"hall.jpg": snapshot(b)}
	form := giver.get(path)
	var took []time.Duration
	b.ResetTimer()
	for range b.N {
		begun := time.Now()
		p := form.chooses(path, sent, "do", "save").want(200, "Added.")
		ids := p.ids()
		giver.get("/photos/" + ids[0] + "/large.jpg").want(200)
		took = append(took, time.Since(begun))
		b.StopTimer()
		form = p.chooses(path, nil, "do", "remove:"+ids[0]).want(200)
		b.StartTimer()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "p99-ms")
	b.ReportMetric(float64(len(sent["hall.jpg"])), "bytes")
}
