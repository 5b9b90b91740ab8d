package deploy

// widget is one graph of the dashboard.
type widget struct {
	title   string
	metrics []metric
	label   string // of the axis
}

// widgets are the graphs, in the order of the questions: does anybody wait, do
// messages come to nothing, is there room, what does the legacy system get to do.
func (s *Stack) widgets() []widget {
	ages := widget{title: "Age of the oldest message", label: "seconds"}
	depth := widget{title: "Messages that wait", label: "messages"}
	flight := widget{title: "Messages in flight", label: "messages"}
	yields := widget{title: "Messages that gave way", label: "a minute"}
	dead := widget{title: "Dead letters", label: "messages"}
	legacy := widget{title: "Calls of the legacy system", label: "a minute"}
	for _, c := range s.classes {
		if s.emf() {
			ages.metrics = append(ages.metrics, own("oldest", "Maximum", c))
			yields.metrics = append(yields.metrics, own("yields", "Sum", c))
			for _, what := range []string{"calls", "rejected", "duplicate_calls", "orphan_calls"} {
				m := own(what, "Sum", c)
				m.label = c.Name + " " + what
				legacy.metrics = append(legacy.metrics, m)
			}
		} else {
			ages.metrics = append(ages.metrics, ofQueue("ApproximateAgeOfOldestMessage", "Maximum", queueName, c))
		}
		depth.metrics = append(depth.metrics, ofQueue("ApproximateNumberOfMessagesVisible", "Maximum", queueName, c))
		flight.metrics = append(flight.metrics, ofQueue("ApproximateNumberOfMessagesNotVisible", "Maximum", queueName, c))
		if c.dead {
			dead.metrics = append(dead.metrics, ofQueue("ApproximateNumberOfMessagesVisible", "Maximum", deadName, c))
		}
	}
	list := []widget{ages, depth, flight, yields}
	if s.lambda() {
		list = append(list, widget{title: "The worker", label: "a minute", metrics: []metric{
			ofFunction("ConcurrentExecutions", "Maximum", workerName), ofFunction("Invocations", "Sum", workerName),
			ofFunction("Throttles", "Sum", workerName), ofFunction("Errors", "Sum", workerName),
		}})
	}
	list = append(list, legacy, dead, widget{title: "Executions", label: "a minute", metrics: append([]metric{ofMachine("ExecutionsStarted"), ofMachine("ExecutionsSucceeded")}, unsuccessful()...)})
	var full []widget
	for _, w := range list {
		if len(w.metrics) > 0 {
			full = append(full, w)
		}
	}
	return full
}

// dashboard returns the body of the dashboard. in returns a reference as part of
// a text.
func (s *Stack) dashboard(in func(ref) string) object {
	const width, height = 12, 6 // of the 24 columns
	var all []object
	for i, w := range s.widgets() {
		var rows []any
		for _, m := range w.metrics {
			row := []any{m.namespace, m.name}
			for _, d := range m.dimensions {
				row = append(row, d.name, in(d.value))
			}
			rows = append(rows, append(row, object{{"stat", m.stat}, {"label", m.label}}))
		}
		properties := object{
			{"title", w.title}, {"view", "timeSeries"}, {"region", in(ref{kind: regionName})}, {"period", 60},
			{"metrics", rows}, {"yAxis", object{{"left", object{{"min", 0}, {"label", w.label}, {"showUnits", false}}}}},
		}
		if lines := s.lines(w); len(lines) > 0 {
			properties = append(properties, field{"annotations", object{{"horizontal", lines}}})
		}
		all = append(all, object{
			{"type", "metric"}, {"x", i % 2 * width}, {"y", i / 2 * height}, {"width", width}, {"height", height},
			{"properties", properties},
		})
	}
	return object{{"widgets", all}}
}

// lines are the thresholds of the alarms on the metrics of a graph.
func (s *Stack) lines(w widget) (lines []object) {
	for _, a := range s.alarms {
		for _, m := range w.metrics {
			first := a.metrics[0]
			if len(a.metrics) == 1 && first.name == m.name && first.namespace == m.namespace && first.stat == m.stat && first.dimensions[0] == m.dimensions[0] {
				lines = append(lines, object{{"label", "alarm " + m.label}, {"value", a.threshold}})
			}
		}
	}
	return lines
}
