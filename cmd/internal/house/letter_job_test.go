package house

import (
	"testing"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/queue"
)

// A job that ends while its mail waits for the server's answer has it sent a second time.
func TestALetterJobOutlastsTheMailServersAnswer(t *testing.T) {
	if job := queue.Kinds[market.LetterJob].Timeout; job <= mail.Longest {
		t.Errorf("a job has %s, a mail may take %s", job, mail.Longest)
	}
}
