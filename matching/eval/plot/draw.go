package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The drawing, and the field within it, in pixels.
const (
	width, height = 720, 440
	fieldLeft     = 70.0
	fieldRight    = 570.0
	fieldTop      = 70.0
	fieldBottom   = 370.0
)

// style has two sets of colours, for whoever reads on white and on black. The lines carry their names, so that no colour is needed to
// tell them apart.
const style = `<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.paper { fill: #ffffff } .grid { stroke: #d8dee4 } .axis { stroke: #57606a }
.quiet { fill: #57606a } .even { stroke: #57606a; stroke-dasharray: 5 4; fill: none }
.p50 { stroke: #0a5cb8 } .p50 circle, text.p50 { fill: #0a5cb8 }
.p99 { stroke: #b13a00 } .p99 circle, text.p99 { fill: #b13a00 }
text.p50, text.p99 { stroke: none; font-weight: 600 }
polyline { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.paper { fill: #0d1117 } .grid { stroke: #30363d } .axis { stroke: #9198a1 }
.quiet { fill: #9198a1 } .even { stroke: #9198a1 }
.p50 { stroke: #6cb6ff } .p50 circle, text.p50 { fill: #6cb6ff }
.p99 { stroke: #ffa166 } .p99 circle, text.p99 { fill: #ffa166 }
}
</style>
`

// scale is a logarithmic axis: values and the pixels they lie at.
type scale struct{ low, high, from, to float64 }

func (s scale) at(v float64) float64 {
	return s.from + (s.to-s.from)*math.Log(v/s.low)/math.Log(s.high/s.low)
}

// series is one line of the drawing.
type series struct {
	name string
	of   func(row) float64
}

var both = []series{{"p50", func(r row) float64 { return r.p50 }}, {"p99", func(r row) float64 { return r.p99 }}}

// picture is a drawing on its way.
type picture struct {
	strings.Builder
	rows []row
	x, y scale
}

func (p *picture) put(format string, a ...any) { fmt.Fprintf(p, format+"\n", a...) }

// draw rows as an SVG, both axes logarithmic: what grows as the listings do is as steep as the dashed line.
func draw(rows []row) string {
	first, last := rows[0], rows[len(rows)-1]
	least, most := math.Inf(1), 0.0
	for _, r := range rows {
		least, most = min(least, r.p50, r.p99), max(most, r.p50, r.p99)
	}
	p := &picture{rows: rows,
		x: scale{float64(first.listings) / 1.15, float64(last.listings) * 1.15, fieldLeft, fieldRight},
		y: scale{math.Pow(10, math.Floor(math.Log10(least))), math.Pow(10, math.Floor(math.Log10(most))+1), fieldBottom, fieldTop}}
	p.put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title said">`, width, height, width, height)
	p.put(`<title id="title">How long ranking one new listing takes, by how many are open</title>`)
	p.put(`<desc id="said">%s</desc>`, said(rows))
	p.WriteString(style)
	p.put(`<rect class="paper" width="%d" height="%d"/>`, width, height)
	p.put(`<text x="%g" y="26" style="font-weight:600;font-size:15px">Ranking one new listing against those that are open</text>`, fieldLeft)
	p.put(`<text class="quiet" x="%g" y="48">%s</text>`, fieldLeft, growth(rows))
	p.axes()
	p.even()
	for _, s := range both {
		p.line(s)
	}
	p.put(`</svg>`)
	return p.String()
}

// said are the figures in words.
func said(rows []row) string {
	var list []string
	for _, r := range rows {
		list = append(list, fmt.Sprintf("%s listings: p50 %g ms, p99 %g ms", thousands(r.listings), r.p50, r.p99))
	}
	return strings.Join(list, "; ")
}

// growth from the first row to the last.
func growth(rows []row) string {
	a, b := rows[0], rows[len(rows)-1]
	times := func(now, was float64) string { return strconv.FormatFloat(now/was, 'g', 2, 64) }
	return fmt.Sprintf("%.3g times the listings take %s times as long at p50, %s times at p99", float64(b.listings)/float64(a.listings), times(b.p50, a.p50), times(b.p99, a.p99))
}

func (p *picture) axes() {
	for v := p.y.low; v <= p.y.high*1.001; v *= 10 {
		p.put(`<line class="grid" x1="%g" x2="%g" y1="%.1f" y2="%.1f"/>`, fieldLeft, fieldRight, p.y.at(v), p.y.at(v))
		p.put(`<text class="quiet" x="%g" y="%.1f" text-anchor="end">%.3g</text>`, fieldLeft-8, p.y.at(v)+4, v)
	}
	for _, r := range p.rows {
		x := p.x.at(float64(r.listings))
		p.put(`<line class="grid" x1="%.1f" x2="%.1f" y1="%g" y2="%g"/>`, x, x, fieldTop, fieldBottom)
		p.put(`<text class="quiet" x="%.1f" y="%g" text-anchor="middle">%s</text>`, x, fieldBottom+20, thousands(r.listings))
	}
	p.put(`<path class="axis" fill="none" d="M%g %gV%gH%g"/>`, fieldLeft, fieldTop, fieldBottom, fieldRight)
	p.put(`<text x="%g" y="%g" text-anchor="middle">open listings (logarithmic)</text>`, (fieldLeft+fieldRight)/2, fieldBottom+48)
	middle := (fieldTop + fieldBottom) / 2
	p.put(`<text x="20" y="%g" text-anchor="middle" transform="rotate(-90 20 %g)">time, ms (logarithmic)</text>`, middle, middle)
}

// even is what the first p99 would become if it grew as the listings do, as far as the field reaches.
func (p *picture) even() {
	a := p.rows[0]
	n := min(float64(p.rows[len(p.rows)-1].listings), float64(a.listings)*p.y.high/a.p99)
	x, y := p.x.at(n), p.y.at(a.p99*n/float64(a.listings))
	p.put(`<path class="even" d="M%.1f %.1fL%.1f %.1f"/>`, p.x.at(float64(a.listings)), p.y.at(a.p99), x, y)
	p.put(`<text class="quiet" x="%.1f" y="%.1f">in proportion</text>`, x+8, y+14)
}

func (p *picture) line(s series) {
	var points, dots strings.Builder
	x, y := 0.0, 0.0
	for _, r := range p.rows {
		x, y = p.x.at(float64(r.listings)), p.y.at(s.of(r))
		fmt.Fprintf(&points, "%.1f,%.1f ", x, y)
		fmt.Fprintf(&dots, `<circle cx="%.1f" cy="%.1f" r="4"/>`, x, y)
	}
	p.put(`<g class="%s"><polyline points="%s"/>%s</g>`, s.name, strings.TrimSpace(points.String()), dots.String())
	p.put(`<text class="%s" x="%g" y="%.1f">%s, %g ms</text>`, s.name, fieldRight+10, y+4, s.name, s.of(p.rows[len(p.rows)-1]))
}

// thousands is 10,000 for 10000.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
