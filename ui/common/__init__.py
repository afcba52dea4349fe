"""The shared floor of the desktop: the parts that every room's screens are made of.

A part shows what it is given and tells what was pressed; it holds no rule, no sample and no
colour of its own. Look at them with ``python -m tests.helpers.gallery OUT``.

theme, tokens, icons          what it looks like
layout, text, buttons, chips, choosing, inputs, lists, progress, steps   the everyday parts
pictures, marks, paper_view, live_view, crop_view, sign_pad              paper, camera, pen
tables, cards, charts, timeline, limit_bar, calendar                     much at a glance
messages, dialogs, problems                                              when something is said
page, sign_in, top_bar, rail, strips, focus                              the window around it
tasks, language, wording, preferences                                    work and words
"""
