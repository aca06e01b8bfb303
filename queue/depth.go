package queue

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// depth reads how full the outbox is whenever the metrics are read.
type depth struct {
	read                  func(ctx context.Context) (waiting, sent int64, oldest time.Time, err error)
	waiting, sent, oldest *prometheus.Desc
}

// NewDepth is a collector over the outbox: rows waiting, rows sent, and how long the oldest waiting row is overdue.
func NewDepth(read func(ctx context.Context) (waiting, sent int64, oldest time.Time, err error)) prometheus.Collector {
	return &depth{
		read:    read,
		waiting: prometheus.NewDesc("wherewithal_outbox_waiting", "Outbox rows waiting.", nil, nil),
		sent:    prometheus.NewDesc("wherewithal_outbox_sent", "Outbox rows handed over and not ended.", nil, nil),
		oldest:  prometheus.NewDesc("wherewithal_outbox_overdue_seconds", "How long the oldest waiting row is overdue.", nil, nil),
	}
}

func (d *depth) Describe(ch chan<- *prometheus.Desc) {
	ch <- d.waiting
	ch <- d.sent
	ch <- d.oldest
}

// Collect gives nothing while Postgres is away: a missing figure is truer than a zero.
func (d *depth) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	waiting, sent, oldest, err := d.read(ctx)
	if err != nil {
		return
	}
	overdue := 0.0
	if !oldest.IsZero() {
		overdue = max(0, time.Since(oldest).Seconds())
	}
	ch <- prometheus.MustNewConstMetric(d.waiting, prometheus.GaugeValue, float64(waiting))
	ch <- prometheus.MustNewConstMetric(d.sent, prometheus.GaugeValue, float64(sent))
	ch <- prometheus.MustNewConstMetric(d.oldest, prometheus.GaugeValue, overdue)
}
