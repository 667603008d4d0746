# Yours: mino copies it once into a new home directory and never changes it.
HISTFILE=~/.zsh_history HISTSIZE=10000 SAVEHIST=10000
setopt share_history hist_ignore_dups hist_ignore_space
autoload -Uz compinit && compinit -u
bindkey -e
PROMPT='%F{cyan}%m%f %F{blue}%~%f %# '
for tool in 'ls --color=auto' 'grep --color=auto'; do alias "${tool%% *}=$tool"; done
unset tool
(( $+commands[zoxide] )) && eval "$(zoxide init zsh)"
