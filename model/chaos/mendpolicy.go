package chaos

import (
	"slices"

	"penstock/model"
	"penstock/model/policy"
	"penstock/scenarios"
)

// mendPolicy gives the policies of a document, that of [policy] and those that
// faults deploy, what each of them reads, and takes away what does not go with
// it.
func (d *drawer) mendPolicy(doc, worker table) {
	poller := worker["driver"] == "poller"
	rules := append([]table{inner(doc, "policy")}, changes(doc)...)
	for _, r := range rules {
		if r["kind"] == "reserve" && !(poller && d.keepsSlots(doc, whole(worker["concurrency"], 10))) {
			r["kind"] = "none" // a function sees no slots, and of one slot none can be kept
		}
	}
	has := func(kind string) bool {
		return slices.ContainsFunc(rules, func(r table) bool { return r["kind"] == kind })
	}
	if has("aging") {
		d.mendAging(rules[0], poller)
	}
	if has("deadline") {
		for _, k := range doc["class"].([]any) {
			if k := k.(table); k["deadline"] == nil {
				k["deadline"] = d.number("class.deadline")
			}
		}
	}
	if has("reserve") || has("weighted") || has("aging") || has("deadline") { // they have an order of their own
		delete(worker, "low_first")
	}
	if limit, ok := at(doc, "legacy", "rate_limit").(table); ok && rules[0]["retry_for"] == "retry-after" && limit["kind"] != "none" && limit["retry_after"] == nil {
		limit["retry_after"] = d.number("legacy.rate_limit.retry_after") // else there is nothing to heed
	}
	if len(rules[0]) == 0 {
		delete(doc, "policy")
	}
}

// changes returns the changes of the policy that a document deploys.
func changes(doc table) []table {
	list, _ := at(doc, "faults", "policy").([]any)
	var all []table
	for _, c := range list {
		all = append(all, c.(table))
	}
	return all
}

// mendChanges draws a change of the policy anew where its kind is none of those
// given.
func (d *drawer) mendChanges(doc table, kinds []string) {
	for _, c := range changes(doc) {
		if kind, _ := c["kind"].(string); !slices.Contains(kinds, kind) {
			c["kind"] = kinds[d.r.IntN(len(kinds))]
		}
	}
}

// deployable lists the kinds that the policy of a scenario can change to without
// another key: "reserve" needs slots that are kept, "deadline" needs deadlines.
// It asks the rules of the loader.
func deployable(cfg model.Config) []string {
	var kinds []string
	e, _ := scenarios.Explain("faults.policy.kind")
	for _, word := range e.Values {
		cfg.Faults.Policies = []model.PolicyChange{{Kind: policy.Kind(word)}}
		if !slices.ContainsFunc(cfg.Validate(), func(p model.Problem) bool { return !p.Warning }) {
			kinds = append(kinds, word)
		}
	}
	return kinds
}

// mendAging gives aging a step that its driver can count.
func (d *drawer) mendAging(policy table, poller bool) {
	if poller {
		delete(policy, "receive_step")
	}
	if policy["age_step"] == nil && policy["receive_step"] == nil {
		policy["age_step"] = d.number("policy.age_step")
	}
}

// keepsSlots makes the classes keep some slots, but not all: a class that keeps
// none has to get its turn. It reports whether there are enough.
func (d *drawer) keepsSlots(doc table, slots int64) bool {
	sum := int64(0)
	for _, k := range doc["class"].([]any) {
		k := k.(table)
		n := min(whole(k["reserve"], 0), slots-1-sum)
		if n <= 0 {
			delete(k, "reserve")
			continue
		}
		k["reserve"] = n
		sum += n
	}
	if sum == 0 && slots > 1 {
		doc["class"].([]any)[0].(table)["reserve"] = int64(1)
		sum = 1
	}
	return sum > 0
}
