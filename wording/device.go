package wording

import "strings"

// Device says from what somebody came, which is kept as httpx.Device names it: "Firefox on Android", "A browser on Mac", "".
func Device(lang, kept string) string {
	browser, system, both := strings.Cut(kept, " on ")
	if browser == "A browser" {
		browser = Text(lang, "device.browser", nil)
	}
	if !both {
		return browser
	}
	return Text(lang, "device.on", map[string]any{"Browser": browser, "System": system})
}
