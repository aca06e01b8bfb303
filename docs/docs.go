// Package docs holds what stands in this folder and is shown on pages too.
package docs

import _ "embed"

// APIChanges is the change log of the API, as Markdown.
//
//go:embed api-changes.md
var APIChanges string

// Partners is the handbook for the engineers of partner sites, as Markdown.
//
//go:embed partners.md
var Partners string

// Open says what other programs read without a key, as Markdown.
//
//go:embed open.md
var Open string
