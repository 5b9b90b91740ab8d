package scenarios

import (
	"maps"
	"slices"
	"strings"

	"penstock/model"
)

// Variables are the names of the environment variables that override what
// [deploy] says of one class.
func Variables(class string) (queue, deadLetterQueue string) {
	name := strings.ToUpper(strings.ReplaceAll(class, "-", "_"))
	return "PENSTOCK_QUEUE_" + name, "PENSTOCK_DEAD_LETTER_QUEUE_" + name
}

// environment lets variables override URLs and secrets; all else is the file's,
// so that what runs is what was simulated. A variable that is set to nothing
// counts: it takes the file's value away.
func (d *decoder) environment(environ []string) {
	given, known := map[string]string{}, []string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		given[name] = value
	}
	from := map[string]string{} // key → variable that gave it
	set := func(variable, key string, to func(string)) {
		known = append(known, variable)
		if v, ok := given[variable]; ok {
			to(v)
			from["deploy."+key] = variable
		}
	}
	into := func(to *string) func(string) { return func(v string) { *to = v } }
	set("PENSTOCK_LEGACY_URL", "legacy_url", into(&d.deploy.LegacyURL))
	set("PENSTOCK_LEGACY_TOKEN", "legacy_token", into(&d.deploy.LegacyToken))
	set("PENSTOCK_SQS_ENDPOINT", "sqs_endpoint", into(&d.deploy.SQSEndpoint))
	set("PENSTOCK_SFN_ENDPOINT", "sfn_endpoint", into(&d.deploy.SFNEndpoint))
	for _, c := range d.config.Classes {
		queue, dead := Variables(c.Name)
		set(queue, join("queues", c.Name), func(v string) { d.deploy.Queues[c.Name] = v })
		set(dead, join("dead_letter_queues", c.Name), func(v string) { d.deploy.DeadLetterQueues[c.Name] = v })
	}
	d.strangers(given, known)
	found := d.deploy.Validate(d.config)
	if strings.ContainsFunc(d.deploy.LegacyToken, func(c rune) bool { return c <= ' ' || c > '~' }) {
		found = append(found, model.Problem{Key: "deploy.legacy_token", Message: "holds a blank, a line break or another character that a header cannot carry"})
	}
	for i, p := range found {
		if variable := from[p.Key]; variable != "" {
			d.report.put(pos{override: i + 1}, Problem{File: "environment", Key: variable, Message: p.Message})
		} else {
			d.judge(found[i : i+1])
		}
	}
}

// strangers warns of variables that look as if they named a queue, and name none.
func (d *decoder) strangers(given map[string]string, known []string) {
	for i, name := range slices.Sorted(maps.Keys(given)) {
		queue := strings.HasPrefix(name, "PENSTOCK_QUEUE_") || strings.HasPrefix(name, "PENSTOCK_DEAD_LETTER_QUEUE_")
		if queue && !contains(known, name) {
			d.report.put(pos{override: i + 1}, Problem{File: "environment", Key: name, Warning: true,
				Message: "overrides nothing: no class has this name" + model.Meant(name, known)})
		}
	}
}

// lacking reports what the worker needs and neither the file nor the
// environment gives.
func (d *decoder) lacking() {
	need := func(key, format string, args ...any) {
		d.report.add(d.root.find("deploy."+key).at, "deploy."+key, format, args...)
	}
	if d.deploy.LegacyURL == "" && !d.deploy.DryRun {
		need("legacy_url", "is missing: the worker has nothing to call; set it, or PENSTOCK_LEGACY_URL")
	}
	for i := range d.config.Classes {
		name := d.config.Classes[i].Name
		if _, given := d.deploy.Queues[name]; !given {
			variable, _ := Variables(name)
			need("queues", "class %s has no queue: set deploy.%s, or %s", name, join("queues", name), variable)
		}
	}
}
