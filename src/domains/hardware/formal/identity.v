// `===` and `!==`, of which yosys's own techmap makes `==` and `!=`: a reference that asks whether it is in an unknown
// state would then be X throughout, and everything equal to it. The cell is known to the encoding on two rails.
(* techmap_celltype = "$eqx $nex" *)
module \identity (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  parameter _TECHMAP_CELLTYPE_ = "";
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  localparam WIDTH = A_WIDTH > B_WIDTH ? A_WIDTH : B_WIDTH;
  wire [WIDTH-1:0] a = {{WIDTH{A_SIGNED && B_SIGNED && A[A_WIDTH-1]}}, A};
  wire [WIDTH-1:0] b = {{WIDTH{A_SIGNED && B_SIGNED && B[B_WIDTH-1]}}, B};
  wire [WIDTH-1:0] alike;
  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : place
      (* keep *) same_bit bit_of (.A(a[i]), .B(b[i]), .Y(alike[i]));
    end
  endgenerate
  assign Y = _TECHMAP_CELLTYPE_ == "$eqx" ? &alike : !(&alike);
endmodule
