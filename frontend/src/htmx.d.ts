// The library's own types describe its global API, which we do not call: the attributes in the HTML are all
// we use.
declare module "htmx.org";
