// The widget's own words: English is in the script, for when the site cannot be reached; the site sends any other language. They are
// those of the catalogue (wording/en-GB/open.toml, widget_words), and a test holds the two together. # stands for what comes from data.
import english from "./words.json";

export { english };
export type Words = typeof english;
