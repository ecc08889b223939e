// What the page said: the attributes of the container, and what was set by command.

type Said = { [name: string]: string | undefined };

export const page: Said = {};
