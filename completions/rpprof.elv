
use builtin;
use str;

set edit:completion:arg-completer[rpprof] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'rpprof'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'rpprof'= {
            cand --color 'When to use colours'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand top 'Shows the functions that weigh most'
            cand text 'Shows the functions that weigh most'
            cand flame 'Draws a flame graph as SVG, or writes folded stacks'
            cand info 'Says what kind of profile it is, what it holds, and what to run next'
            cand raw 'Shows all that a profile says, as it stands in the file'
            cand merge 'Merges profiles into one'
            cand completions 'Writes a completion script for a shell'
            cand man 'Writes the manual pages'
            cand pprof 'Takes pprof''s own command line'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rpprof;top'= {
            cand --max-inflated 'How large each file may be once it is inflated, such as 500MB or 4GB'
            cand -n 'Show at most so many rows [default: all that weigh enough]'
            cand --limit 'Show at most so many rows [default: all that weigh enough]'
            cand --min-share 'Leave out what weighs, with all that it calls, less than this share of the whole'
            cand -t 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]'
            cand --sample-type 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]'
            cand -u 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs]'
            cand --unit 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs]'
            cand --format 'In which form to write it'
            cand -o 'Write to a file, whole or not at all [default: standard output]'
            cand --output 'Write to a file, whole or not at all [default: standard output]'
            cand -g 'What makes two places the same row'
            cand --granularity 'What makes two places the same row'
            cand -f 'Only samples in whose stack something matches'
            cand --focus 'Only samples in whose stack something matches'
            cand -i 'Only samples in whose stack nothing matches'
            cand --ignore 'Only samples in whose stack nothing matches'
            cand --hide 'Leave out frames that match; their callers get what they weigh'
            cand --show 'Leave out frames that do not match'
            cand --show-from 'Leave out the callers of the outermost frame that matches'
            cand --color 'When to use colours'
            cand -c 'Sort by what each row weighs with all that it calls'
            cand --cum 'Sort by what each row weighs with all that it calls'
            cand --json 'Write JSON, for programs: the same as --format json'
            cand --no-inlines 'Count inlined functions for the function that they were inlined into'
            cand --show-columns 'Tell lines apart by their columns'
            cand --all-frames 'Keep the frames that the profile itself wants dropped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'rpprof;text'= {
            cand --max-inflated 'How large each file may be once it is inflated, such as 500MB or 4GB'
            cand -n 'Show at most so many rows [default: all that weigh enough]'
            cand --limit 'Show at most so many rows [default: all that weigh enough]'
            cand --min-share 'Leave out what weighs, with all that it calls, less than this share of the whole'
            cand -t 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]'
            cand --sample-type 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]'
            cand -u 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs]'
            cand --unit 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs]'
            cand --format 'In which form to write it'
            cand -o 'Write to a file, whole or not at all [default: standard output]'
            cand --output 'Write to a file, whole or not at all [default: standard output]'
            cand -g 'What makes two places the same row'
            cand --granularity 'What makes two places the same row'
            cand -f 'Only samples in whose stack something matches'
            cand --focus 'Only samples in whose stack something matches'
            cand -i 'Only samples in whose stack nothing matches'
            cand --ignore 'Only samples in whose stack nothing matches'
            cand --hide 'Leave out frames that match; their callers get what they weigh'
            cand --show 'Leave out frames that do not match'
            cand --show-from 'Leave out the callers of the outermost frame that matches'
            cand --color 'When to use colours'
            cand -c 'Sort by what each row weighs with all that it calls'
            cand --cum 'Sort by what each row weighs with all that it calls'
            cand --json 'Write JSON, for programs: the same as --format json'
            cand --no-inlines 'Count inlined functions for the function that they were inlined into'
            cand --show-columns 'Tell lines apart by their columns'
            cand --all-frames 'Keep the frames that the profile itself wants dropped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'rpprof;flame'= {
            cand --max-inflated 'How large each file may be once it is inflated, such as 500MB or 4GB'
            cand --width 'Width in pixels [default: that of the window]'
            cand --title 'The title [default: program, sample type and total]'
            cand --min-share 'Leave out frames narrower than this share of the whole [default: what cannot be seen; with --folded nothing]'
            cand -t 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]'
            cand --sample-type 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile''s own]'
            cand -u 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs]'
            cand --unit 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs]'
            cand -o 'Write to a file, whole or not at all [default: standard output]'
            cand --output 'Write to a file, whole or not at all [default: standard output]'
            cand -g 'What makes two places the same row'
            cand --granularity 'What makes two places the same row'
            cand -f 'Only samples in whose stack something matches'
            cand --focus 'Only samples in whose stack something matches'
            cand -i 'Only samples in whose stack nothing matches'
            cand --ignore 'Only samples in whose stack nothing matches'
            cand --hide 'Leave out frames that match; their callers get what they weigh'
            cand --show 'Leave out frames that do not match'
            cand --show-from 'Leave out the callers of the outermost frame that matches'
            cand --color 'When to use colours'
            cand --folded 'Write folded stacks, a line each'
            cand --inverted 'Hang callees from their callers (an icicle graph)'
            cand --reverse 'Begin at the innermost functions: who calls them stands on them'
            cand --no-inlines 'Count inlined functions for the function that they were inlined into'
            cand --show-columns 'Tell lines apart by their columns'
            cand --all-frames 'Keep the frames that the profile itself wants dropped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'rpprof;info'= {
            cand --max-inflated 'How large each file may be once it is inflated, such as 500MB or 4GB'
            cand --color 'When to use colours'
            cand --json 'Write JSON, for programs'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'rpprof;raw'= {
            cand --max-inflated 'How large each file may be once it is inflated, such as 500MB or 4GB'
            cand -o 'Write to a file, whole or not at all [default: standard output]'
            cand --output 'Write to a file, whole or not at all [default: standard output]'
            cand -f 'Only samples in whose stack something matches'
            cand --focus 'Only samples in whose stack something matches'
            cand -i 'Only samples in whose stack nothing matches'
            cand --ignore 'Only samples in whose stack nothing matches'
            cand --hide 'Leave out frames that match; their callers get what they weigh'
            cand --show 'Leave out frames that do not match'
            cand --show-from 'Leave out the callers of the outermost frame that matches'
            cand --color 'When to use colours'
            cand --all-frames 'Keep the frames that the profile itself wants dropped'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'rpprof;merge'= {
            cand --max-inflated 'How large each file may be once it is inflated, such as 500MB or 4GB'
            cand --level 'Effort of compression, from 0 (none) to 9 (smallest)'
            cand -o 'Write to a file, whole or not at all [default: standard output]'
            cand --output 'Write to a file, whole or not at all [default: standard output]'
            cand --color 'When to use colours'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'rpprof;completions'= {
            cand --color 'When to use colours'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'rpprof;man'= {
            cand --dir 'Write a page for each command into this folder [default: the main page on standard output]'
            cand --color 'When to use colours'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'rpprof;pprof'= {
            cand --color 'When to use colours'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'rpprof;help'= {
            cand top 'Shows the functions that weigh most'
            cand flame 'Draws a flame graph as SVG, or writes folded stacks'
            cand info 'Says what kind of profile it is, what it holds, and what to run next'
            cand raw 'Shows all that a profile says, as it stands in the file'
            cand merge 'Merges profiles into one'
            cand completions 'Writes a completion script for a shell'
            cand man 'Writes the manual pages'
            cand pprof 'Takes pprof''s own command line'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rpprof;help;top'= {
        }
        &'rpprof;help;flame'= {
        }
        &'rpprof;help;info'= {
        }
        &'rpprof;help;raw'= {
        }
        &'rpprof;help;merge'= {
        }
        &'rpprof;help;completions'= {
        }
        &'rpprof;help;man'= {
        }
        &'rpprof;help;pprof'= {
        }
        &'rpprof;help;help'= {
        }
    ]
    $completions[$command]
}
