
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'rpprof' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'rpprof'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'rpprof' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('top', 'top', [CompletionResultType]::ParameterValue, 'Shows the functions that weigh most')
            [CompletionResult]::new('text', 'text', [CompletionResultType]::ParameterValue, 'Shows the functions that weigh most')
            [CompletionResult]::new('tree', 'tree', [CompletionResultType]::ParameterValue, 'Shows each function between its callers and callees')
            [CompletionResult]::new('peek', 'peek', [CompletionResultType]::ParameterValue, 'Shows the callers and callees of the functions that match')
            [CompletionResult]::new('calls', 'calls', [CompletionResultType]::ParameterValue, 'Shows the call tree as indented text, heaviest paths first')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Shows the source of functions with what each line weighs')
            [CompletionResult]::new('flame', 'flame', [CompletionResultType]::ParameterValue, 'Draws a flame graph as SVG, or writes folded stacks')
            [CompletionResult]::new('dot', 'dot', [CompletionResultType]::ParameterValue, 'Writes the call graph for Graphviz')
            [CompletionResult]::new('callgrind', 'callgrind', [CompletionResultType]::ParameterValue, 'Writes the call graph for KCachegrind')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Says what kind of profile it is, what it holds, and what to run next')
            [CompletionResult]::new('raw', 'raw', [CompletionResultType]::ParameterValue, 'Shows all that a profile says, as it stands in the file')
            [CompletionResult]::new('tags', 'tags', [CompletionResultType]::ParameterValue, 'Shows the labels of samples by what these weigh')
            [CompletionResult]::new('traces', 'traces', [CompletionResultType]::ParameterValue, 'Shows the samples one after another, with their labels and stacks')
            [CompletionResult]::new('comments', 'comments', [CompletionResultType]::ParameterValue, 'Shows the comments that the producer left')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Merges profiles into one, and writes what filters leave')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Writes the JSON Schema of a report')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Writes a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Writes the manual pages')
            [CompletionResult]::new('pprof', 'pprof', [CompletionResultType]::ParameterValue, 'Stands in for pprof, with its own command line and its shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rpprof;top' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show at most so many rows [default: all that weigh enough]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show at most so many rows [default: all that weigh enough]')
            [CompletionResult]::new('--min-share', '--min-share', [CompletionResultType]::ParameterName, 'Leave out what weighs, with all that it calls, less than this share of the whole')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('--granularity', '--granularity', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Sort by what each row weighs with all that it calls')
            [CompletionResult]::new('--cum', '--cum', [CompletionResultType]::ParameterName, 'Sort by what each row weighs with all that it calls')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--mean', '--mean', [CompletionResultType]::ParameterName, 'Show means: each value divided by the first sample type, which counts events or objects')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('--no-inlines', '--no-inlines', [CompletionResultType]::ParameterName, 'Count inlined functions for the function that they were inlined into')
            [CompletionResult]::new('--show-columns', '--show-columns', [CompletionResultType]::ParameterName, 'Tell lines apart by their columns')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;text' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show at most so many rows [default: all that weigh enough]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show at most so many rows [default: all that weigh enough]')
            [CompletionResult]::new('--min-share', '--min-share', [CompletionResultType]::ParameterName, 'Leave out what weighs, with all that it calls, less than this share of the whole')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('--granularity', '--granularity', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Sort by what each row weighs with all that it calls')
            [CompletionResult]::new('--cum', '--cum', [CompletionResultType]::ParameterName, 'Sort by what each row weighs with all that it calls')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--mean', '--mean', [CompletionResultType]::ParameterName, 'Show means: each value divided by the first sample type, which counts events or objects')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('--no-inlines', '--no-inlines', [CompletionResultType]::ParameterName, 'Count inlined functions for the function that they were inlined into')
            [CompletionResult]::new('--show-columns', '--show-columns', [CompletionResultType]::ParameterName, 'Tell lines apart by their columns')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;tree' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show at most so many functions; 0 for all that weigh enough')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show at most so many functions; 0 for all that weigh enough')
            [CompletionResult]::new('--min-share', '--min-share', [CompletionResultType]::ParameterName, 'Leave out functions that weigh, with all that they call, less than this share of the whole')
            [CompletionResult]::new('--min-call-share', '--min-call-share', [CompletionResultType]::ParameterName, 'Leave out calls that weigh less than this share of the whole')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('--granularity', '--granularity', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Sort by what each function weighs with all that it calls')
            [CompletionResult]::new('--cum', '--cum', [CompletionResultType]::ParameterName, 'Sort by what each function weighs with all that it calls')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--mean', '--mean', [CompletionResultType]::ParameterName, 'Show means: each value divided by the first sample type, which counts events or objects')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('--no-inlines', '--no-inlines', [CompletionResultType]::ParameterName, 'Count inlined functions for the function that they were inlined into')
            [CompletionResult]::new('--show-columns', '--show-columns', [CompletionResultType]::ParameterName, 'Tell lines apart by their columns')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;peek' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('--granularity', '--granularity', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Sort by what each function weighs with all that it calls')
            [CompletionResult]::new('--cum', '--cum', [CompletionResultType]::ParameterName, 'Sort by what each function weighs with all that it calls')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--mean', '--mean', [CompletionResultType]::ParameterName, 'Show means: each value divided by the first sample type, which counts events or objects')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('--no-inlines', '--no-inlines', [CompletionResultType]::ParameterName, 'Count inlined functions for the function that they were inlined into')
            [CompletionResult]::new('--show-columns', '--show-columns', [CompletionResultType]::ParameterName, 'Tell lines apart by their columns')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;calls' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('--min-share', '--min-share', [CompletionResultType]::ParameterName, 'Leave out paths that weigh less than this share of the whole')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Show at most so many calls in a row; 0 for any number')
            [CompletionResult]::new('--max-depth', '--max-depth', [CompletionResultType]::ParameterName, 'Show at most so many calls in a row; 0 for any number')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('--granularity', '--granularity', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Begin at the functions where time or memory is spent, with their callers below them')
            [CompletionResult]::new('--bottom-up', '--bottom-up', [CompletionResultType]::ParameterName, 'Begin at the functions where time or memory is spent, with their callers below them')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('--no-inlines', '--no-inlines', [CompletionResultType]::ParameterName, 'Count inlined functions for the function that they were inlined into')
            [CompletionResult]::new('--show-columns', '--show-columns', [CompletionResultType]::ParameterName, 'Tell lines apart by their columns')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;list' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Show only lines that weigh something, with so many lines around each [default: whole functions]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Show only lines that weigh something, with so many lines around each [default: whole functions]')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--source-path', '--source-path', [CompletionResultType]::ParameterName, 'A folder to look for source files in, and above it; may be given several times')
            [CompletionResult]::new('--trim-path', '--trim-path', [CompletionResultType]::ParameterName, 'What to cut off the front of the profile''s file names; may be given several times')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--no-inlines', '--no-inlines', [CompletionResultType]::ParameterName, 'Count inlined functions for the line that calls them')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;flame' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width in pixels [default: that of the window]')
            [CompletionResult]::new('--title', '--title', [CompletionResultType]::ParameterName, 'The title [default: program, sample type and total]')
            [CompletionResult]::new('--min-share', '--min-share', [CompletionResultType]::ParameterName, 'Leave out frames narrower than this share of the whole [default: what cannot be seen; with --folded and --json nothing]')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('--granularity', '--granularity', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--folded', '--folded', [CompletionResultType]::ParameterName, 'Write folded stacks instead, a line each: frames from the outermost on, joined by `;`, and the value')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write the boxes as JSON instead, for programs')
            [CompletionResult]::new('--inverted', '--inverted', [CompletionResultType]::ParameterName, 'Hang callees from their callers (an icicle graph)')
            [CompletionResult]::new('--reverse', '--reverse', [CompletionResultType]::ParameterName, 'Begin at the innermost functions: who calls them stands on them')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--no-inlines', '--no-inlines', [CompletionResultType]::ParameterName, 'Count inlined functions for the function that they were inlined into')
            [CompletionResult]::new('--show-columns', '--show-columns', [CompletionResultType]::ParameterName, 'Tell lines apart by their columns')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;dot' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Draw at most so many boxes, those of labels among them; 0 for all that weigh enough')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Draw at most so many boxes, those of labels among them; 0 for all that weigh enough')
            [CompletionResult]::new('--min-share', '--min-share', [CompletionResultType]::ParameterName, 'Leave out functions that weigh, with all that they call, less than this share of the whole')
            [CompletionResult]::new('--min-call-share', '--min-call-share', [CompletionResultType]::ParameterName, 'Leave out calls that weigh less than this share of the whole')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('--granularity', '--granularity', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--call-tree', '--call-tree', [CompletionResultType]::ParameterName, 'Draw a function once for each path of calls that leads to it')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--mean', '--mean', [CompletionResultType]::ParameterName, 'Show means: each value divided by the first sample type, which counts events or objects')
            [CompletionResult]::new('--no-inlines', '--no-inlines', [CompletionResultType]::ParameterName, 'Count inlined functions for the function that they were inlined into')
            [CompletionResult]::new('--show-columns', '--show-columns', [CompletionResultType]::ParameterName, 'Tell lines apart by their columns')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;callgrind' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--call-tree', '--call-tree', [CompletionResultType]::ParameterName, 'Tell functions apart by the path of calls that leads to them')
            [CompletionResult]::new('--no-inlines', '--no-inlines', [CompletionResultType]::ParameterName, 'Count inlined functions for the function that they were inlined into')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;info' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;raw' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;tags' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show at most so many values of each key, 0 for all [default: 20 in tables to read, else all]')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show at most so many values of each key, 0 for all [default: 20 in tables to read, else all]')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;traces' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('--sample-type', '--sample-type', [CompletionResultType]::ParameterName, 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--unit', '--unit', [CompletionResultType]::ParameterName, 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]')
            [CompletionResult]::new('--divide-by', '--divide-by', [CompletionResultType]::ParameterName, 'Divide all values by this before they are shown, such as the number of processors')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('--granularity', '--granularity', [CompletionResultType]::ParameterName, 'What makes two places the same row')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--relative', '--relative', [CompletionResultType]::ParameterName, 'Show percentages of what the filters leave, not of the whole profile')
            [CompletionResult]::new('--mean', '--mean', [CompletionResultType]::ParameterName, 'Show means: each value divided by the first sample type, which counts events or objects')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('--no-inlines', '--no-inlines', [CompletionResultType]::ParameterName, 'Count inlined functions for the function that they were inlined into')
            [CompletionResult]::new('--show-columns', '--show-columns', [CompletionResultType]::ParameterName, 'Tell lines apart by their columns')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;comments' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'In which form to write it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON, for programs: the same as --format json')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;merge' {
            [CompletionResult]::new('--max-inflated', '--max-inflated', [CompletionResultType]::ParameterName, 'How large each file may be once it is inflated, such as 500MB or 4GB')
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'Effort of compression, from 0 (none) to 9 (smallest)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('--focus', '--focus', [CompletionResultType]::ParameterName, 'Only samples in whose stack something matches')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Only samples in whose stack nothing matches')
            [CompletionResult]::new('--hide', '--hide', [CompletionResultType]::ParameterName, 'Leave out frames that match; their callers get what they weigh')
            [CompletionResult]::new('--show', '--show', [CompletionResultType]::ParameterName, 'Leave out frames that do not match')
            [CompletionResult]::new('--show-from', '--show-from', [CompletionResultType]::ParameterName, 'Leave out the callers of the outermost frame that matches')
            [CompletionResult]::new('--prune-from', '--prune-from', [CompletionResultType]::ParameterName, 'Leave out what the innermost function that matches has called')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Only samples whose labels fit, such as ''tenant=acme and not route=~"^/health"''')
            [CompletionResult]::new('--label-show', '--label-show', [CompletionResultType]::ParameterName, 'Leave out labels whose keys do not match')
            [CompletionResult]::new('--label-hide', '--label-hide', [CompletionResultType]::ParameterName, 'Leave out labels whose keys match')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'Make the labels with these keys the outermost frames of each sample, as if they had called it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--all-frames', '--all-frames', [CompletionResultType]::ParameterName, 'Keep the frames that the profile itself wants dropped')
            [CompletionResult]::new('--my-code', '--my-code', [CompletionResultType]::ParameterName, 'Only frames of your own code; libraries, the language and the system count for their callers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;schema' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, whole or not at all [default: standard output]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write a page for each command into this folder [default: the main page on standard output]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;pprof' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'rpprof;help' {
            [CompletionResult]::new('top', 'top', [CompletionResultType]::ParameterValue, 'Shows the functions that weigh most')
            [CompletionResult]::new('tree', 'tree', [CompletionResultType]::ParameterValue, 'Shows each function between its callers and callees')
            [CompletionResult]::new('peek', 'peek', [CompletionResultType]::ParameterValue, 'Shows the callers and callees of the functions that match')
            [CompletionResult]::new('calls', 'calls', [CompletionResultType]::ParameterValue, 'Shows the call tree as indented text, heaviest paths first')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Shows the source of functions with what each line weighs')
            [CompletionResult]::new('flame', 'flame', [CompletionResultType]::ParameterValue, 'Draws a flame graph as SVG, or writes folded stacks')
            [CompletionResult]::new('dot', 'dot', [CompletionResultType]::ParameterValue, 'Writes the call graph for Graphviz')
            [CompletionResult]::new('callgrind', 'callgrind', [CompletionResultType]::ParameterValue, 'Writes the call graph for KCachegrind')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Says what kind of profile it is, what it holds, and what to run next')
            [CompletionResult]::new('raw', 'raw', [CompletionResultType]::ParameterValue, 'Shows all that a profile says, as it stands in the file')
            [CompletionResult]::new('tags', 'tags', [CompletionResultType]::ParameterValue, 'Shows the labels of samples by what these weigh')
            [CompletionResult]::new('traces', 'traces', [CompletionResultType]::ParameterValue, 'Shows the samples one after another, with their labels and stacks')
            [CompletionResult]::new('comments', 'comments', [CompletionResultType]::ParameterValue, 'Shows the comments that the producer left')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Merges profiles into one, and writes what filters leave')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Writes the JSON Schema of a report')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Writes a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Writes the manual pages')
            [CompletionResult]::new('pprof', 'pprof', [CompletionResultType]::ParameterValue, 'Stands in for pprof, with its own command line and its shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rpprof;help;top' {
            break
        }
        'rpprof;help;tree' {
            break
        }
        'rpprof;help;peek' {
            break
        }
        'rpprof;help;calls' {
            break
        }
        'rpprof;help;list' {
            break
        }
        'rpprof;help;flame' {
            break
        }
        'rpprof;help;dot' {
            break
        }
        'rpprof;help;callgrind' {
            break
        }
        'rpprof;help;info' {
            break
        }
        'rpprof;help;raw' {
            break
        }
        'rpprof;help;tags' {
            break
        }
        'rpprof;help;traces' {
            break
        }
        'rpprof;help;comments' {
            break
        }
        'rpprof;help;merge' {
            break
        }
        'rpprof;help;schema' {
            break
        }
        'rpprof;help;completions' {
            break
        }
        'rpprof;help;man' {
            break
        }
        'rpprof;help;pprof' {
            break
        }
        'rpprof;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
