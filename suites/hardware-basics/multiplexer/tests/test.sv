`timescale 1 ps/1 ps

// Each choice with four different bytes, enabled and not, then random inputs.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_y;
        int errortime_y;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic enable;
    logic [1:0] sel;
    logic [7:0] a;
    logic [7:0] b;
    logic [7:0] c;
    logic [7:0] d;
    logic [7:0] y_ref;
    logic [7:0] y_dut;

    RefModule good1 (
        .enable(enable),
        .sel(sel),
        .a(a),
        .b(b),
        .c(c),
        .d(d),
        .y(y_ref)
    );

    TopModule top_module1 (
        .enable(enable),
        .sel(sel),
        .a(a),
        .b(b),
        .c(c),
        .d(d),
        .y(y_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 89909;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        {a, b, c, d} = 32'h11_a2_5c_f8;
        for (int i = 0; i < 8; i++) begin
            {enable, sel} = i;
            @(negedge clk);
        end
        repeat (300) begin
            {a, b, c, d} = $random(seed);
            {enable, sel} = pick(8);
            @(negedge clk);
        end
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {y_ref} === ({y_ref} ^ {y_dut} ^ {y_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (y_ref !== (y_ref ^ y_dut ^ y_ref)) begin
            if (stats1.errors_y == 0) stats1.errortime_y = $time;
            stats1.errors_y++;
        end
    end

    final begin
        if (stats1.errors_y) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "y", stats1.errors_y, stats1.errortime_y);
        else $display("Hint: Output '%s' has no mismatches.", "y");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
