package telemetry

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics are the figures of one process. A nil *Metrics measures nothing, so tests need none. Labels have few values:
// a route is its pattern, never a path. Safe for use by several goroutines.
type Metrics struct {
	Registry *prometheus.Registry

	requests, jobs, mails, searches *prometheus.HistogramVec
	waiting, oldest                 prometheus.Gauge
	partnerRequests, partnerRows    *prometheus.CounterVec
	webhooks                        *prometheus.HistogramVec
	webhooksLate                    prometheus.Gauge
}

// fine and coarse are bounds in seconds: for what a person waits for, and for work behind the scenes.
var (
	fine   = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}
	coarse = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 5, 10, 30, 60}
)

// NewMetrics makes a registry of its own, with the figures of the Go runtime and the process in it.
func NewMetrics() *Metrics {
	m := &Metrics{Registry: prometheus.NewRegistry()}
	m.Registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.requests = m.histogram("http_request_seconds", "Time to answer a request.", fine, "route", "method", "status")
	m.jobs = m.histogram("job_seconds", "Time a job took.", coarse, "kind", "outcome")
	m.mails = m.histogram("mail_seconds", "Time to hand a mail over.", coarse, "outcome")
	for _, outcome := range []string{MailSent, MailLater, MailRefused} {
		m.mails.WithLabelValues(outcome) // from the start: what fails is compared with what is sent, and nothing was sent is a figure
	}
	m.searches = m.histogram("search_seconds", "Time of a query of the search index.", fine, "outcome")
	m.waiting = m.gauge("outbox_waiting", "Outbox rows that wait to be handed to the queue.")
	m.oldest = m.gauge("outbox_oldest_seconds", "Age of the oldest of them.")
	m.partnerRequests = m.counter("partner_requests_total", "Requests with a partner's key.", "partner", "outcome")
	m.partnerRows = m.counter("partner_rows_total", "Listings that searches gave to a partner.", "partner")
	m.webhooks = m.histogram("webhook_seconds", "Time of an attempt to tell a webhook.", coarse, "outcome")
	m.webhooksLate = m.gauge("webhook_oldest_seconds", "How long the delivery waits that has been due longest at a webhook which is well.")
	return m
}

func (m *Metrics) counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "wherewithal", Name: name, Help: help}, labels)
	m.Registry.MustRegister(c)
	return c
}

// histogram counts too: its _count is the number of observations.
func (m *Metrics) histogram(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "wherewithal", Name: name, Help: help, Buckets: bounds}, labels)
	m.Registry.MustRegister(h)
	return h
}

func (m *Metrics) gauge(name, help string) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "wherewithal", Name: name, Help: help})
	m.Registry.MustRegister(g)
	return g
}

// Request counts an answered request. route is the pattern that matched.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	if m != nil {
		m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
	}
}

// Job counts a job that was worked on. outcome is done, retry, failed, returned, put_off, superseded or unrecorded.
func (m *Metrics) Job(kind, outcome string, took time.Duration) {
	if m != nil {
		m.jobs.WithLabelValues(kind, outcome).Observe(took.Seconds())
	}
}

// What can come of an attempt to hand a mail over.
const (
	MailSent    = "sent"
	MailLater   = "retry" // the server was away, or asked for patience
	MailRefused = "refused"
)

// Mail counts an attempt to hand a mail over to the mail server.
func (m *Metrics) Mail(outcome string, took time.Duration) {
	if m != nil {
		m.mails.WithLabelValues(outcome).Observe(took.Seconds())
	}
}

// What can come of a question to the search index.
const (
	SearchFound  = "found"
	SearchNone   = "none"
	SearchFailed = "failed"
)

// Search counts a question that the search index was asked.
func (m *Metrics) Search(outcome string, took time.Duration) {
	if m != nil {
		m.searches.WithLabelValues(outcome).Observe(took.Seconds())
	}
}

// Outbox tells how many rows wait and for how long the oldest has.
func (m *Metrics) Outbox(waiting int, oldest time.Duration) {
	if m != nil {
		m.waiting.Set(float64(waiting))
		m.oldest.Set(oldest.Seconds())
	}
}

// PartnerRequest counts a request with a partner's key. There are a few dozen partners, each let in by hand.
func (m *Metrics) PartnerRequest(partner string, status int) {
	if m == nil {
		return
	}
	outcome := "done"
	switch {
	case status == 429:
		outcome = "limited"
	case status == 404:
		outcome = "missing"
	case status >= 400:
		outcome = "refused"
	}
	m.partnerRequests.WithLabelValues(partner, outcome).Inc()
}

// PartnerRows counts listings that a search gave to a partner: one that takes in everything that way shows here.
func (m *Metrics) PartnerRows(partner string, rows int) {
	if m != nil {
		m.partnerRows.WithLabelValues(partner).Add(float64(rows))
	}
}

// Webhook counts an attempt to tell a webhook. outcome is done, or a fault of market's.
func (m *Metrics) Webhook(outcome string, took time.Duration) {
	if m != nil {
		m.webhooks.WithLabelValues(outcome).Observe(took.Seconds())
	}
}

// WebhooksLate tells for how long the delivery waits that has been due longest, at webhooks that are well.
func (m *Metrics) WebhooksLate(oldest time.Duration) {
	if m != nil {
		m.webhooksLate.Set(oldest.Seconds())
	}
}
