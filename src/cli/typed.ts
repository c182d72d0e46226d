/** How the command is typed here: by npx in a checkout, plainly where it is installed. */
export const typed: string = process.env.npm_command ? 'npx touchstone' : 'touchstone'
