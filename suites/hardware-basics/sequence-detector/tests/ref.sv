module RefModule (
    input logic clk,
    input logic areset,
    input logic x,
    output logic z,
    output logic seen
);
    // Zeros before the first sample cannot be the start of an occurrence.
    logic [2:0] last;
    always @(posedge clk, posedge areset)
        if (areset) {seen, last} <= 4'b0000;
        else {seen, last} <= {seen | z, last[1:0], x};
    assign z = {last, x} == 4'b1011;
endmodule
